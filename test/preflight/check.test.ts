import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mock } from "node:test";
import { inspect } from "node:util";
import { RunError } from "@pulumi/pulumi";
import { checkCluster } from "../../preflight";
import { FAKE_UID } from "../support/apiServer";
import { closedPort, http, type LocalServer, tcp } from "../support/localServer";

/** Maximum delay of a command by an unreachable cluster (ms). */
const LONGEST = 15_000;

describe("checkCluster", () => {
    let directory = "";
    const servers: LocalServer[] = [];

    before(() => {
        directory = mkdtempSync(join(tmpdir(), "cluster-"));
    });

    after(() => {
        rmSync(directory, { recursive: true });
    });

    afterEach(async () => {
        mock.restoreAll();
        await Promise.all(servers.splice(0).map((server) => server.close()));
    });

    /** Keeps a server until the test is over. */
    async function started(server: Promise<LocalServer>): Promise<number> {
        servers.push(await server);
        return servers.at(-1)?.port ?? assert.fail();
    }

    /** A kubeconfig whose context `here` refers to a server. */
    function kubeconfig(server: string, cluster: Record<string, unknown> = {}): string {
        const path = join(directory, "config");
        const content = {
            clusters: [{ name: "c", cluster: { server, ...cluster } }],
            contexts: [{ name: "here", context: { cluster: "c", user: "u" } }],
            users: [{ name: "u", user: { token: "hunter2" } }],
        };
        writeFileSync(path, JSON.stringify(content));
        return path;
    }

    /** The error that the check must give. */
    async function errorOf(settings: { context?: string; kubeconfig: string }): Promise<Error> {
        const error: unknown = await checkCluster(
            { context: "here", checkReachable: true, ...settings },
            "staging",
        ).then(
            () => assert.fail("the check passed"),
            (reason: unknown) => reason,
        );
        assert.ok(error instanceof Error);
        return error;
    }

    it("passes when the API server answers, also without letting us in", async () => {
        const port = await started(http((_, response) => response.writeHead(401).end()));
        const path = kubeconfig(`http://127.0.0.1:${port}`);
        await checkCluster({ context: "here", kubeconfig: path, checkReachable: true }, "staging");
    });

    it("names server, context and reason if no server listens, without a stack trace", async () => {
        const server = `https://127.0.0.1:${await closedPort()}`;
        const error = await errorOf({ kubeconfig: kubeconfig(server) });
        assert.ok(error instanceof RunError);
        assert.ok(error.message.startsWith(`Cluster: the API server ${server} of context here does not answer`));
        assert.match(error.message, /ECONNREFUSED/);
    });

    it("suggests how to diagnose further and how to preview without a cluster", async () => {
        const { message } = await errorOf({ kubeconfig: kubeconfig(`https://127.0.0.1:${await closedPort()}`) });
        assert.match(message, /kubectl .*--context here version/);
        assert.match(message, /pulumi .*cluster\.checkReachable[ =]false/);
    });

    it("suggests commands for the kubeconfig file of the settings", async () => {
        const path = kubeconfig(`https://127.0.0.1:${await closedPort()}`);
        const { message } = await errorOf({ kubeconfig: path });
        assert.ok(message.includes(`kubectl --kubeconfig ${path} --context here version`), message);
    });

    it("stops within 15 s when the server accepts and never answers", async () => {
        const limits: number[] = [];
        const original = AbortSignal.timeout.bind(AbortSignal);
        mock.method(AbortSignal, "timeout", (limit: number) => {
            limits.push(limit);
            return original(100);
        });
        const port = await started(tcp(() => undefined));
        const { message } = await errorOf({ kubeconfig: kubeconfig(`https://127.0.0.1:${port}`) });
        assert.match(message, /does not answer \(no answer within \d+ s\)/);
        assert.equal(limits.length, 1);
        assert.ok(limits.every((limit) => limit < LONGEST));
    });

    it("names a context that is in no kubeconfig, and those that are", async () => {
        const error = await errorOf({ context: "there", kubeconfig: kubeconfig("https://127.0.0.1:1") });
        assert.ok(error instanceof RunError);
        assert.match(error.message, /^Cluster: context there is in none of .*\(contexts there: here\)/);
    });

    it("names a kubeconfig that is not there", async () => {
        const error = await errorOf({ kubeconfig: "/gone/config" });
        assert.ok(error instanceof RunError);
        assert.match(error.message, /^Cluster: no kubeconfig at \/gone\/config/);
    });

    it("shows no credential of a kubeconfig that is malformed, not even as the cause", async () => {
        const path = join(directory, "malformed");
        writeFileSync(path, "users: [{user: {token: hunter2}\n  : [");
        const error = await errorOf({ kubeconfig: path });
        assert.ok(error instanceof RunError);
        assert.ok(!inspect(error, { depth: 9 }).includes("hunter2"));
    });

    it("reaches a server behind a proxy of the kubeconfig through that proxy only", async () => {
        const dialled: (string | undefined)[] = [];
        const port = await started(
            http(({ url }, response) => {
                dialled.push(url);
                response.writeHead(403).end();
            }),
        );
        const path = kubeconfig("http://api.test", { "proxy-url": `http://127.0.0.1:${port}` });
        await checkCluster({ context: "here", kubeconfig: path, checkReachable: true }, "staging");
        assert.ok(dialled.length > 0 && dialled.every((url) => url === "http://api.test/version"), dialled.join(" "));
    });

    it("names the proxy of the kubeconfig when it does not answer, without its password", async () => {
        const proxy = `127.0.0.1:${await closedPort()}`;
        const { message } = await errorOf({
            kubeconfig: kubeconfig("https://api.test", { "proxy-url": `http://me:hunter2@${proxy}` }),
        });
        assert.match(message, new RegExp(`ECONNREFUSED.* through the proxy http://${proxy}`));
        assert.ok(!inspect(message).includes("hunter2"));
    });

    it("never shows a kubeconfig that is pasted into the setting", async () => {
        const text = `apiVersion: v1\nclusters: []\nusers:\n- {name: u, user: {token: hunter2}}\n`;
        for (const pasted of [text, JSON.stringify({ clusters: [], users: [{ user: { token: "hunter2" } }] })]) {
            const { message } = await errorOf({ kubeconfig: pasted });
            assert.match(message, /^Cluster: cluster\.kubeconfig contains the content of a kubeconfig/);
            assert.ok(!inspect(message).includes("hunter2"));
        }
    });

    it("refuses relative paths in the file of the setting, which Pulumi's provider does not find", async () => {
        const { message } = await errorOf({
            kubeconfig: kubeconfig("https://api.test", { "certificate-authority": "ca.crt" }),
        });
        assert.match(message, /relative paths \(certificate-authority\)/);
        assert.match(message, /kubectl --kubeconfig .* config view --minify --flatten/);
    });

    it("stops at an API server of another cluster than the stack's", async () => {
        const port = await started(
            http(({ url }, response) => {
                const object =
                    url === "/version"
                        ? { major: "1", minor: "33", gitVersion: "v1.33.1" }
                        : { metadata: { uid: FAKE_UID } };
                response.end(JSON.stringify(object));
            }),
        );
        const settings = { context: "here", kubeconfig: kubeconfig(`http://127.0.0.1:${port}`), checkReachable: true };
        await checkCluster({ ...settings, identifier: FAKE_UID }, "staging");
        const other = "99999999-2222-3333-4444-555555555555";
        await assert.rejects(checkCluster({ ...settings, identifier: other }, "staging"), (error: unknown) => {
            assert.ok(error instanceof RunError);
            assert.match(error.message, /^Cluster: context here leads to another cluster/);
            return true;
        });
    });

    it("checks nothing when it is turned off", async () => {
        await checkCluster({ context: "nowhere", kubeconfig: "/gone/config", checkReachable: false }, "staging");
    });
});
