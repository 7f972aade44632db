import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PeerCertificate, TLSSocket } from "node:tls";
import { inspect } from "node:util";
import { clusterRequests } from "../../kube/request";
import { connectProxy, http, https, type LocalServer } from "../support/localServer";
import { selfSigned } from "../support/selfSigned";

/** A request that a server saw. */
interface Seen {
    readonly url?: string;
    readonly headers: IncomingHttpHeaders;
    /** Common name of the client's certificate. */
    readonly client?: string;
}

/** Certificate for the name `test`, valid until 2049. */
const PAIR = selfSigned("491231");

const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("clusterRequests", () => {
    let directory = "";
    const servers: LocalServer[] = [];
    const seen: Seen[] = [];

    before(() => {
        directory = mkdtempSync(join(tmpdir(), "request-"));
    });

    after(() => {
        rmSync(directory, { recursive: true });
    });

    afterEach(async () => {
        seen.splice(0);
        await Promise.all(servers.splice(0).map((server) => server.close()));
    });

    async function started(server: Promise<LocalServer>): Promise<LocalServer> {
        servers.push(await server);
        return servers.at(-1) ?? assert.fail();
    }

    function file(name: string, content: string): string {
        const path = join(directory, name);
        writeFileSync(path, content);
        return path;
    }

    /** An API server that remembers its requests. */
    async function api(): Promise<number> {
        const options = { ...PAIR, requestCert: true, rejectUnauthorized: false };
        const server = https(({ url, headers, socket }, response) => {
            // Without a certificate of the client there is no subject.
            const certificate: Partial<PeerCertificate> =
                socket instanceof TLSSocket ? socket.getPeerCertificate() : {};
            const name = certificate.subject?.CN;
            seen.push({ url, headers, client: Array.isArray(name) ? name.join() : name });
            response.end('{"kind":"Answer"}');
        }, options);
        return (await started(server)).port;
    }

    /** Sends one request through a kubeconfig. */
    async function send(cluster: object, user: object = {}, env: NodeJS.ProcessEnv = {}, path = "/version") {
        const kubeconfig = file(
            "config",
            JSON.stringify({
                contexts: [{ name: "here", context: { cluster: "c", user: "u" } }],
                clusters: [{ name: "c", cluster }],
                users: [{ name: "u", user }],
            }),
        );
        return (await clusterRequests({ context: "here", kubeconfig }, env))(path);
    }

    /** Connection to a server of this test by the name in its certificate. */
    const trusting = (server: string) => ({
        server,
        "tls-server-name": "test",
        "certificate-authority-data": base64(PAIR.cert),
    });

    it("keeps the path of the server's address, as gateways need it", async () => {
        const port = await api();
        for (const path of ["/k8s/clusters/c-abc", "/k8s/clusters/c-abc/", "/k8s/clusters/c-abc?a=b#c"]) {
            await send(trusting(`https://127.0.0.1:${port}${path}`), {}, {}, "/api/v1/nodes?limit=1");
        }
        await send(trusting(`https://127.0.0.1:${port}/`));
        assert.deepEqual(
            seen.map(({ url }) => url),
            [...Array<string>(3).fill("/k8s/clusters/c-abc/api/v1/nodes?limit=1"), "/version"],
        );
    });

    const trust: readonly (readonly [string, object, RegExp | undefined])[] = [
        ["its authority and name", {}, undefined],
        [
            "insecure-skip-tls-verify",
            { "insecure-skip-tls-verify": true, "certificate-authority-data": null },
            undefined,
        ],
        ["no authority", { "certificate-authority-data": null }, /self-signed certificate/],
        ["another name", { "tls-server-name": "other" }, /does not match certificate's altnames|cert's CN/],
        ["no name but the address", { "tls-server-name": null }, /does not match certificate's altnames|cert's CN/],
        ["an authority and insecure-skip-tls-verify", { "insecure-skip-tls-verify": true }, /keep one/],
        [
            "an authority as text and as a file",
            { "certificate-authority": "ca.crt" },
            /certificate-authority and .*-data .*keep one/,
        ],
    ];
    for (const [what, changes, error] of trust) {
        it(`${error === undefined ? "accepts" : "refuses"} a server by ${what}`, async () => {
            const answer = send({ ...trusting(`https://127.0.0.1:${await api()}`), ...changes });
            await (error === undefined ? answer : assert.rejects(answer, error));
            assert.equal(seen.length, error === undefined ? 1 : 0);
        });
    }

    it("reads the CA from a file next to the kubeconfig, and names a missing file", async () => {
        const port = await api();
        file("ca.crt", PAIR.cert);
        const cluster = { server: `https://127.0.0.1:${port}`, "tls-server-name": "test" };
        assert.equal((await send({ ...cluster, "certificate-authority": "ca.crt" })).status, 200);
        await assert.rejects(
            send({ ...cluster, "certificate-authority": "gone.crt" }),
            /gone\.crt cannot be read \(ENOENT\)/,
        );
    });

    const certificate = { "client-certificate-data": base64(PAIR.cert), "client-key-data": base64(PAIR.key) };
    const users: readonly (readonly [string, object, string | undefined, string | undefined])[] = [
        ["nothing", {}, undefined, undefined],
        ["a token", { token: "hunter2" }, "Bearer hunter2", undefined],
        ["a user name and password", { username: "me", password: "pw" }, `Basic ${base64("me:pw")}`, undefined],
        ["a certificate", certificate, undefined, "test"],
        ["a certificate and a token", { ...certificate, token: "hunter2" }, "Bearer hunter2", "test"],
        ["a token file", { tokenFile: "token" }, "Bearer rotated", undefined],
        ["a token and a file, which wins", { token: "old", tokenFile: "token" }, "Bearer rotated", undefined],
        ["a token and a file that is gone", { token: "old", tokenFile: "gone" }, "Bearer old", undefined],
        [
            "a token instead of a plugin",
            { token: "t", exec: { command: "false", apiVersion: "x" } },
            "Bearer t",
            undefined,
        ],
        [
            "an OpenID Connect provider",
            { "auth-provider": { name: "oidc", config: { "id-token": jwt() } } },
            `Bearer ${jwt()}`,
            undefined,
        ],
    ];
    for (const [what, user, authorization, client] of users) {
        it(`authenticates with ${what}`, async () => {
            file("token", "rotated\n");
            await send(trusting(`https://127.0.0.1:${await api()}`), user);
            assert.deepEqual(
                seen.map(({ headers, client: name }) => [headers.authorization, name]),
                [[authorization, client]],
            );
        });
    }

    const faults: readonly (readonly [string, object, RegExp])[] = [
        ["a token and a password", { token: "hunter2", username: "me" }, /both a token and a user name.*keep one/],
        [
            "a certificate without a key",
            { "client-certificate-data": base64("hunter2") },
            /client-certificate .* no client-key/,
        ],
        ["a token file that is missing", { tokenFile: "gone" }, /tokenFile .*gone cannot be read \(ENOENT\)/],
        [
            "a provider that client-go dropped",
            { "auth-provider": { name: "gcp" } },
            /auth-provider gcp .*use a credential plugin/,
        ],
        [
            "a provider and a plugin",
            { "auth-provider": { name: "oidc" }, exec: { command: "x" } },
            /both exec and auth-provider/,
        ],
        ["groups without a user", { "as-groups": ["g"] }, /need as/],
    ];
    for (const [what, user, error] of faults) {
        it(`refuses ${what}, without showing a credential`, async () => {
            const answer = send(trusting(`https://127.0.0.1:${await api()}`), user);
            await assert.rejects(
                answer,
                (thrown: Error) => error.test(thrown.message) && !inspect(thrown).includes("hunter2"),
            );
            assert.deepEqual(seen, []);
        });
    }

    it("impersonates whom the kubeconfig names", async () => {
        const user = { as: "jane", "as-uid": "7", "as-groups": ["a", "b"], "as-user-extra": { "x/y": ["1"] } };
        await send(trusting(`https://127.0.0.1:${await api()}`), user);
        const headers = seen[0]?.headers ?? {};
        assert.equal(headers["impersonate-user"], "jane");
        assert.equal(headers["impersonate-uid"], "7");
        assert.equal(headers["impersonate-group"], "a, b");
        assert.equal(headers["impersonate-extra-x%2fy"], "1");
    });

    it("sends no credentials over plain HTTP", async () => {
        const { port } = await started(
            http(({ url, headers }, response) => {
                seen.push({ url, headers });
                response.end("{}");
            }),
        );
        await send({ server: `http://127.0.0.1:${port}` }, { token: "hunter2" });
        assert.equal(seen[0]?.headers.authorization, undefined);
    });

    /** A proxy that connects every name to a port of this machine, and records the requested names. */
    async function proxy(asked: (string | undefined)[], target: number, status?: number): Promise<number> {
        const remember = (url?: string, authorization?: string) => asked.push(url, authorization);
        return (await started(connectProxy(target, remember, status))).port;
    }

    for (const where of ["proxy-url", "HTTPS_PROXY"] as const) {
        it(`goes through the proxy of ${where} and checks the server behind it`, async () => {
            const asked: (string | undefined)[] = [];
            const port = await proxy(asked, await api());
            const url = `http://me:pw@127.0.0.1:${port}`;
            const cluster = trusting("https://api.test:6443");
            const { status } = await (where === "proxy-url"
                ? send({ ...cluster, "proxy-url": url }, { token: "t" }, { NO_PROXY: "*" })
                : send(cluster, { token: "t" }, { HTTPS_PROXY: url }));
            assert.equal(status, 200);
            assert.deepEqual(asked, ["api.test:6443", `Basic ${base64("me:pw")}`]);
            assert.equal(seen[0]?.headers.authorization, "Bearer t");
        });
    }

    it("never treats the rejection of a proxy as a response of the API server", async () => {
        const port = await proxy([], 1, 403);
        const cluster = { ...trusting("https://api.test:6443"), "proxy-url": `http://me:hunter2@127.0.0.1:${port}` };
        await assert.rejects(send(cluster), (error: Error) => {
            assert.equal(error.message, `refused with status 403 through the proxy http://127.0.0.1:${port}`);
            return true;
        });
    });

    it("gives no proxy to a server that NO_PROXY names", async () => {
        const cluster = trusting(`https://localhost:${await api()}`);
        assert.equal((await send(cluster, {}, { HTTPS_PROXY: "http://127.0.0.1:1" })).status, 200);
    });
});

/** A JSON Web Token that is valid until 2100. */
function jwt(): string {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    return `${part({ alg: "none" })}.${part({ exp: 4_102_444_800 })}.c2ln`;
}
