import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { TLSSocket } from "node:tls";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { policyPack } from "../../policy/pack";
import { RULES } from "../../policy/rules";
import { https, type LocalServer } from "../support/localServer";
import { selfSigned } from "../support/selfSigned";
import { analyze, analyzeRequest, secret, type Props } from "./analyzer";

const HELM = process.env.X0TTA6BL4_HELM ?? "";
const PASSWORD = "s3cret-of-the-repository";

const POD = `apiVersion: v1
kind: Pod
metadata: { name: served }
spec: { containers: [{ name: app, image: "app:1.0.0", securityContext: { privileged: true } }] }
`;

describe(`A chart repository behind TLS${HELM === "" ? " (skipped: X0TTA6BL4_HELM names no helm)" : ""}`, () => {
    let folder: string;
    let server: LocalServer;
    const clients = { trusted: selfSigned("491231"), other: selfSigned("491231") };

    const write = (name: string, text: string): string => {
        const file = path.join(folder, name);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, text);
        return file;
    };

    before(async function () {
        if (HELM === "") {
            this.skip();
        }
        folder = mkdtempSync(path.join(tmpdir(), "policy-repository-test-"));
        write("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
        write("web/templates/pod.yaml", POD);
        execFileSync(HELM, ["package", path.join(folder, "web"), "--destination", folder], { stdio: "ignore" });
        const entry = "{ apiVersion: v2, name: web, version: 1.0.0, urls: [web-1.0.0.tgz] }";
        const files = new Map([
            ["/index.yaml", Buffer.from(`apiVersion: v1\nentries: { web: [${entry}] }\n`)],
            ["/web-1.0.0.tgz", readFileSync(path.join(folder, "web-1.0.0.tgz"))],
        ]);
        const pair = selfSigned("491231", { local: true });
        write("ca.pem", pair.cert);
        for (const [name, { cert, key }] of Object.entries(clients)) {
            write(`${name}.pem`, cert);
            write(`${name}.key`, key);
        }
        const isClient = (socket: object) => (socket as TLSSocket).authorized;
        server = await https(
            ({ url = "", headers, socket }, response) => {
                const login = Buffer.from(headers.authorization?.slice("Basic ".length) ?? "", "base64").toString();
                const protectedPath = url.startsWith("/login");
                const file = files.get(url.replace(/^\/login/, ""));
                const allowed = isClient(socket) && (!protectedPath || login === `me:${PASSWORD}`);
                response.writeHead(!allowed ? 401 : file === undefined ? 404 : 200);
                response.end(allowed ? file : "");
            },
            { ...pair, requestCert: true, rejectUnauthorized: false, ca: [clients.trusted.cert] },
        );
    });
    after(async () => {
        await server.close();
        rmSync(folder, { recursive: true });
    });

    const judge = async (at: string, options: Props): Promise<string> => {
        const { policies } = policyPack(RULES, []);
        const chosen = policies.filter(({ name }) => ["privileged", "helm-release-render"].includes(name));
        const repositoryOpts = { repo: `https://127.0.0.1:${server.port}${at}`, ...options };
        const request = analyzeRequest("kubernetes:helm.sh/v3:Release", "web", {
            ...{ name: "web", namespace: "shop", chart: "web", version: "1.0.0", repositoryOpts },
        });
        return (await analyze(chosen, request)).map(({ message }) => message).join("\n");
    };
    const access = (client: string) => ({
        caFile: path.join(folder, "ca.pem"),
        certFile: path.join(folder, `${client}.pem`),
        keyFile: path.join(folder, `${client}.key`),
    });

    it("serves a chart to the client that the release names", async () => {
        assert.match(await judge("", access("trusted")), /^No container .*\nPod shop\/served \(Release shop\/web,/);
    });

    it("serves its index and its chart to a client with a password, too", async () => {
        const login = { username: "me", password: secret(PASSWORD) };
        assert.match(await judge("/login", { ...access("trusted"), ...login }), /Pod shop\/served /);
        const wrong = await judge("/login", {
            ...access("trusted"),
            username: "me",
            password: secret("wr0ng-password"),
        });
        assert.match(wrong, /chart cannot be rendered/);
        assert.doesNotMatch(wrong, /wr0ng-password/);
    });

    it("makes the release a violation for another client, and without its authority", async () => {
        assert.match(await judge("", access("other")), /chart cannot be rendered.*401/);
        const { certFile, keyFile } = access("trusted");
        assert.match(await judge("", { certFile, keyFile }), /chart cannot be rendered.*x509/);
    });
});
