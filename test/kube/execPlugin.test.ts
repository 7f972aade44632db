import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { credentialsOf } from "../../kube/credentials";
import { loadContext } from "../../kube/kubeconfig";

const API_VERSION = "client.authentication.k8s.io/v1";

/** Timeout of a plugin in these tests (ms). */
const SHORT = 400;

describe("A credential plugin", () => {
    let directory = "";

    beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), "exec-"));
    });

    afterEach(() => {
        rmSync(directory, { recursive: true });
    });

    /** Writes a plugin: a shell script that counts its runs. */
    function plugin(script: string, name = "login"): void {
        const path = join(directory, name);
        writeFileSync(path, `#!/bin/sh\necho run >> "$(dirname "$0")/runs"\n${script}\n`);
        chmodSync(path, 0o755);
    }

    const runs = () => readFileSync(join(directory, "runs"), "utf8").split("\n").length - 1;

    const prints = (status: object, apiVersion = API_VERSION) =>
        `cat <<'END'\n${JSON.stringify({ apiVersion, kind: "ExecCredential", status })}\nEND`;

    /** The credentials of a kubeconfig with the plugin, relative to the kubeconfig. */
    function source(exec: object = {}, cluster: object = {}) {
        const kubeconfig = join(directory, "config");
        const entry = { command: "./login", apiVersion: API_VERSION, interactiveMode: "Never", ...exec };
        writeFileSync(
            kubeconfig,
            JSON.stringify({
                contexts: [{ name: "here", context: { cluster: "c", user: "u" } }],
                clusters: [{ name: "c", cluster: { server: "https://api.test", ...cluster } }],
                users: [{ name: "u", user: { exec: entry } }],
            }),
        );
        return credentialsOf(loadContext({ context: "here", kubeconfig }), true, SHORT, process.env);
    }

    it("gives a token", async () => {
        plugin(prints({ token: "t" }));
        assert.deepEqual((await source().get()).headers, { authorization: "Bearer t" });
    });

    it("gives a certificate with its key", async () => {
        plugin(prints({ clientCertificateData: "C", clientKeyData: "K" }));
        const { cert, key, headers } = await source().get();
        assert.deepEqual([cert, key, headers], ["C", "K", {}]);
    });

    it("receives the cluster only where the kubeconfig says so", async () => {
        plugin(`printf '%s' "$KUBERNETES_EXEC_INFO" > "$(dirname "$0")/info"; ${prints({ token: "t" })}`);
        const info = () => JSON.parse(readFileSync(join(directory, "info"), "utf8")) as unknown;
        await source().get();
        assert.deepEqual(info(), { apiVersion: API_VERSION, kind: "ExecCredential", spec: { interactive: false } });
        const extension = { audience: "a" };
        await source(
            { provideClusterInfo: true },
            {
                "tls-server-name": "name",
                "certificate-authority-data": Buffer.from("PEM").toString("base64"),
                "proxy-url": "http://proxy:3128",
                extensions: [{ name: "client.authentication.k8s.io/exec", extension }],
            },
        ).get();
        assert.deepEqual(info(), {
            apiVersion: API_VERSION,
            kind: "ExecCredential",
            spec: {
                interactive: false,
                cluster: {
                    server: "https://api.test",
                    "tls-server-name": "name",
                    "certificate-authority-data": Buffer.from("PEM").toString("base64"),
                    "proxy-url": "http://proxy:3128",
                    config: extension,
                },
            },
        });
    });

    it("gets the arguments and variables of the kubeconfig", async () => {
        plugin(`printf '{"apiVersion":"${API_VERSION}","kind":"ExecCredential","status":{"token":"%s"}}' "$1-$ROLE"`);
        const { headers } = await source({ args: ["a"], env: [{ name: "ROLE", value: "r" }] }).get();
        assert.equal(headers.authorization, "Bearer a-r");
    });

    it("runs once for requests at the same time and until its credentials end", async () => {
        plugin(prints({ token: "t", expirationTimestamp: "2100-01-01T00:00:00Z" }));
        const credentials = source();
        await Promise.all([credentials.get(), credentials.get()]);
        await credentials.get();
        assert.equal(runs(), 1);
    });

    it("runs again when its credentials have ended, and when the API server refused them", async () => {
        plugin(prints({ token: "t", expirationTimestamp: "2000-01-01T00:00:00Z" }));
        const ended = source();
        await ended.get();
        await Promise.all([ended.get(), ended.get()]);
        assert.equal(runs(), 2);
        plugin(prints({ token: "t" }));
        const refused = source();
        await refused.get();
        refused.refused();
        await refused.get();
        assert.equal(runs(), 4);
    });

    const secret = "eyJhbGciOiJSUzI1NiJ9.e30.c2ln";
    const faults: readonly (readonly [string, string, object, RegExp])[] = [
        [
            "fails",
            'echo "first" >&2; echo "not logged in" >&2; exit 3',
            {},
            /plugin login .* exit code 3: not logged in$/,
        ],
        ["fails without a word", "exit 1", {}, /plugin login .* exit code 1$/],
        ["fails and prints a token", `echo "bad token: ${secret}" >&2; exit 1`, {}, /exit code 1: bad token: \*\*\*$/],
        [
            "fails and prints what the kubeconfig passes to it",
            'echo "no $KEY" >&2; exit 1',
            { env: [{ name: "KEY", value: secret.slice(4, 12) }] },
            /exit code 1: no \*\*\*$/,
        ],
        [
            "fails with control characters",
            "printf '\\033]0;x\\007\\033[31mred\\n' >&2; exit 1",
            {},
            /exit code 1: red$/,
        ],
        ["hangs", "sleep 30", {}, /plugin login .* did not end within 0\.4 s$/],
        ["prints nothing", ":", {}, /printed no ExecCredential/],
        ["prints something else", `echo '{"token":"${secret}"}'`, {}, /printed no ExecCredential/],
        [
            "prints another version",
            prints({ token: secret }, "client.authentication.k8s.io/v1beta1"),
            {},
            /another apiVersion/,
        ],
        ["prints no credential", prints({}), {}, /neither a token nor a certificate/],
        ["prints half a key pair", prints({ clientCertificateData: secret }), {}, /certificate or a key, not both/],
        [
            "is not installed",
            ":",
            { command: "./gone", installHint: "get it" },
            /plugin gone .* \(not found\)\nget it$/,
        ],
        [
            "has an old version",
            ":",
            { apiVersion: "client.authentication.k8s.io/v1alpha1" },
            /must have the apiVersion/,
        ],
        ["needs a terminal", ":", { interactiveMode: "Always" }, /needs a terminal/],
    ];
    for (const [what, script, exec, message] of faults) {
        it(`is named when it ${what}, and no credential is shown`, async () => {
            plugin(script);
            const start = performance.now();
            await assert.rejects(source(exec).get(), (error: Error) => {
                assert.match(error.message, message);
                assert.ok(!inspect(error).includes(secret) && !error.message.includes(secret.slice(4, 12)));
                return true;
            });
            assert.ok(performance.now() - start < 10 * SHORT);
        });
    }
});
