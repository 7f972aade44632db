import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { loadContext } from "../../../kube/kubeconfig";
import { endpointOf } from "../../../kube/request";
import { urlOf } from "../../../kube/transport";
import { selfSigned } from "../../support/selfSigned";

/** Result of loading a context; only `error` if it cannot be used. */
type Answer = Readonly<Record<string, unknown>>;

/** A context that both implementations load. */
interface Question {
    readonly title: string;
    /** Content of the files of $KUBECONFIG; a text is the entry itself, e.g. of a file that is missing. */
    readonly files: readonly (object | string)[];
    readonly context?: string;
    readonly env?: Readonly<Record<string, string>>;
}

const PAIR = selfSigned("491231");
const base64 = (text: string) => Buffer.from(text).toString("base64");
const CA_DATA = base64(PAIR.cert);
const CLIENT = { "client-certificate-data": CA_DATA, "client-key-data": base64(PAIR.key) };
const EXEC = { command: "login", apiVersion: "client.authentication.k8s.io/v1", interactiveMode: "Never" };

/** A kubeconfig with the context `here`. */
function config(cluster: object = {}, user: object = {}): object {
    return {
        "current-context": "ambient",
        contexts: [
            { name: "here", context: { cluster: "c", user: "u" } },
            { name: "ambient", context: { cluster: "other", user: "u" } },
        ],
        clusters: [
            { name: "c", cluster: { server: "https://api.corp.test:6443", ...cluster } },
            { name: "other", cluster: { server: "https://ambient.test" } },
        ],
        users: [{ name: "u", user }],
    };
}

const entry = (name: string, server: string) => ({ clusters: [{ name, cluster: { server } }] });
const PROXY = "http://me:pw@proxy.test:3128";

const SERVERS = [
    "https://gateway.test/k8s/clusters/c-abc",
    "https://gateway.test/k8s/clusters/c-abc/",
    "https://gateway.test/k8s/clusters/c-abc?a=b#c",
    "https://gateway.test/",
    "https://[fd00::1]:6443",
    "http://127.0.0.1:8001",
    "127.0.0.1:8001",
    "",
];

const CLUSTERS = [
    { "certificate-authority-data": CA_DATA },
    { "certificate-authority": "ca.crt" },
    { "certificate-authority": "gone.crt" },
    { "certificate-authority": "ca.crt", "certificate-authority-data": CA_DATA },
    { "insecure-skip-tls-verify": true },
    { "insecure-skip-tls-verify": true, "certificate-authority-data": CA_DATA },
    { "tls-server-name": "name.test", "certificate-authority-data": CA_DATA },
    { "proxy-url": "http://proxy.test:3128" },
    { "proxy-url": "socks5://proxy.test:1080" },
    { "proxy-url": "ftp://proxy.test" },
    { unknown: "ignored" },
];

const USERS = [
    { token: "t" },
    { tokenFile: "token" },
    { tokenFile: "gone" },
    { token: "t", tokenFile: "token" },
    { username: "me", password: "pw" },
    { username: "me", password: "pw", token: "t" },
    { username: "me", password: "pw", tokenFile: "token" },
    CLIENT,
    { ...CLIENT, token: "t" },
    { "client-certificate-data": CA_DATA },
    { "client-certificate": "me.crt", "client-key": "me.key" },
    { "client-certificate": "me.crt", ...CLIENT },
    { exec: EXEC },
    { exec: { ...EXEC, command: "./bin/login" } },
    { exec: { ...EXEC, command: "/opt/login" } },
    { exec: EXEC, token: "t" },
    { exec: { ...EXEC, command: "" } },
    { "as-groups": ["g"] },
    { as: "jane", "as-groups": ["g"] },
];

const NO_PROXY = [
    "*",
    "corp.test",
    ".corp.test",
    "*.test",
    "api.corp.test:6443",
    "api.corp.test:443",
    "other.test",
    "10.0.0.0/8",
];

const QUESTIONS: readonly Question[] = [
    ...SERVERS.map((server) => ({ title: `the server "${server}"`, files: [config({ server }, { token: "t" })] })),
    ...CLUSTERS.map((cluster) => ({
        title: `the cluster ${Object.entries(cluster)
            .map(([key, value]) => `${key}=${String(value).slice(0, 8)}`)
            .join(" ")}`,
        files: [config(cluster)],
    })),
    ...USERS.map((user) => ({
        title: `a user with ${Object.keys(user).join(", ")} ${JSON.stringify(user).slice(0, 40)}`,
        files: [config({}, user)],
    })),
    ...NO_PROXY.map((value) => ({
        title: `NO_PROXY ${value}`,
        files: [config()],
        env: { HTTPS_PROXY: PROXY, NO_PROXY: value },
    })),
    { title: "HTTPS_PROXY", files: [config()], env: { HTTPS_PROXY: PROXY } },
    {
        title: "both cases of the variable",
        files: [config()],
        env: { HTTPS_PROXY: PROXY, https_proxy: "http://other:1" },
    },
    { title: "a proxy without a scheme", files: [config()], env: { https_proxy: "proxy.test:3128" } },
    { title: "HTTP_PROXY for an HTTPS server", files: [config()], env: { HTTP_PROXY: PROXY } },
    {
        title: "proxy-url before HTTPS_PROXY and NO_PROXY",
        files: [config({ "proxy-url": "http://own.test:1" })],
        env: { HTTPS_PROXY: PROXY, NO_PROXY: "*" },
    },
    {
        title: "a local server and HTTPS_PROXY",
        files: [config({ server: "https://127.0.0.1:1" })],
        env: { HTTPS_PROXY: PROXY },
    },
    { title: "the first of two clusters", files: [entry("c", "https://first.test"), config()] },
    { title: "the second file for what the first lacks", files: [entry("x", "https://first.test"), config()] },
    { title: "a missing file", files: ["/gone/config", config()] },
    { title: "only missing files", files: ["/gone/config"] },
    { title: "an empty entry", files: ["", config()] },
    { title: "an empty file", files: [{}, config()] },
    { title: "the same file twice", files: [config(), config()] },
    {
        title: "a name twice in a file",
        files: [{ clusters: [...entry("c", "https://a").clusters, ...entry("c", "https://b").clusters] }, config()],
    },
    { title: "a malformed file beside a good one", files: [{ clusters: "none" }, config()] },
    { title: "an unknown context", files: [config()], context: "gone" },
    {
        title: "a context without its cluster",
        files: [{ contexts: [{ name: "here", context: { cluster: "gone", user: "u" } }] }],
    },
    { title: "a context without its user", files: [{ ...config(), users: [] }] },
    { title: "null for a list", files: [{ users: null }, config()] },
];

describe("Kubeconfigs, compared with client-go", function () {
    this.timeout(600_000);
    let folder = "";
    let answers: readonly Answer[] = [];
    let lists: readonly string[] = [];

    before(function () {
        folder = mkdtempSync(join(tmpdir(), "clientgo-"));
        const program = join(folder, "clientgo");
        // Nothing is fetched here: `go mod download` in this folder does it once.
        const env = { ...process.env, GOPROXY: "off", GOFLAGS: "-mod=mod", GOTOOLCHAIN: "local" };
        const built = spawnSync("go", ["build", "-o", program, "."], { cwd: __dirname, env, encoding: "utf8" });
        if (built.status !== 0) {
            this.skip();
        }
        lists = QUESTIONS.map(({ files }, index) => written(join(folder, String(index)), files));
        const input = QUESTIONS.map(({ context = "here", env: proxies = {} }, index) =>
            JSON.stringify({ kubeconfig: lists[index], context, env: proxies }),
        ).join("\n");
        const ran = spawnSync(program, [], { input, encoding: "utf8" });
        assert.equal(ran.status, 0, ran.stderr);
        answers = ran.stdout
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line) as Answer);
    });

    after(() => {
        rmSync(folder, { recursive: true });
    });

    for (const [index, { title, context = "here", env = {} }] of QUESTIONS.entries()) {
        it(`agree on ${title}`, async () => {
            assert.deepEqual(await ours(context, { ...env, KUBECONFIG: lists[index] }), answers[index]);
        });
    }
});

/** Writes the files of a case, each in a separate folder. @returns the value of $KUBECONFIG. */
function written(folder: string, files: Question["files"]): string {
    return files
        .map((file, index) => {
            if (typeof file === "string") {
                return file;
            }
            const home = join(folder, String(index));
            mkdirSync(home, { recursive: true });
            for (const [name, content] of [
                ["ca.crt", PAIR.cert],
                ["me.crt", PAIR.cert],
                ["me.key", PAIR.key],
                ["token", "rotated\n"],
                ["config", Object.keys(file).length === 0 ? "" : JSON.stringify(file)],
            ] as const) {
                writeFileSync(join(home, name), content);
            }
            return join(home, "config");
        })
        .join(delimiter);
}

/** Result of this program for a context, in the format of the Go program. */
async function ours(name: string, env: NodeJS.ProcessEnv): Promise<Answer> {
    try {
        const context = loadContext({ context: name }, env);
        const { server, proxy, credentials } = endpointOf(context, env);
        const { cluster, user } = context;
        // The plugins of this test do not exist; client-go runs them only with the first request.
        if (!user.exec?.command) {
            await credentials.get();
        }
        const secure = server.protocol === "https:";
        // Over plain HTTP, client-go omits everything that identifies the user or the server.
        const tls = {
            caFile: cluster.caFile,
            caData: decoded(cluster.caData),
            certFile: user.certFile,
            keyFile: user.certFile && user.keyFile,
            serverName: cluster.tlsServerName,
            insecure: cluster.insecure || undefined,
            tokenFile: user.tokenFile,
            token: user.token ?? (user.tokenFile === undefined ? undefined : "rotated\n"),
            username: user.username,
            command: user.exec?.command,
        };
        const answer = {
            url: urlOf(server, "/version").href,
            ...(secure ? tls : {}),
            proxy: proxy?.href.replace(/\/$/, ""),
        };
        return Object.fromEntries(Object.entries(answer).filter(([, value]) => value !== undefined));
    } catch {
        return { error: true };
    }
}

function decoded(data: string | undefined): string | undefined {
    return data === undefined ? undefined : Buffer.from(data, "base64").toString("utf8");
}
