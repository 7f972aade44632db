import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { inspect } from "node:util";
import { type ClusterContext, kubeconfigFiles, loadContext } from "../../kube/kubeconfig";
import { kubectl } from "../../kube/kubectl";

/** A named cluster entry with a server. */
const cluster = (name: string, server: string, extra: Record<string, unknown> = {}) => ({
    name,
    cluster: { server, ...extra },
});

/** A named context entry for a cluster. */
const context = (name: string, to = name) => ({ name, context: { cluster: to, user: "me" } });

describe("kubeconfigFiles", () => {
    it("takes the file of the settings, whatever $KUBECONFIG says", () => {
        assert.deepEqual(kubeconfigFiles("/etc/kube/one", { KUBECONFIG: "/etc/kube/two" }), ["/etc/kube/one"]);
    });

    it("takes ~ at the start for the home directory", () => {
        assert.deepEqual(kubeconfigFiles("~/.kube/other", {}), [join(homedir(), ".kube", "other")]);
        assert.deepEqual(kubeconfigFiles("~", {}), [homedir()]);
    });

    it("takes ~ elsewhere as it is", () => {
        assert.deepEqual(kubeconfigFiles("~jo/config", {}), ["~jo/config"]);
        assert.deepEqual(kubeconfigFiles("/etc/~/config", {}), ["/etc/~/config"]);
    });

    it("takes each file of $KUBECONFIG, in order, and no empty name", () => {
        const KUBECONFIG = ["/a", "", "/b", ""].join(delimiter);
        assert.deepEqual(kubeconfigFiles(undefined, { KUBECONFIG }), ["/a", "/b"]);
    });

    it("reads a file that $KUBECONFIG lists twice once", () => {
        assert.deepEqual(kubeconfigFiles(undefined, { KUBECONFIG: ["/a", "/b", "/a"].join(delimiter) }), ["/a", "/b"]);
    });

    it("takes no file, and not the one of the home directory either, when $KUBECONFIG has only empty entries", () => {
        assert.deepEqual(kubeconfigFiles(undefined, { KUBECONFIG: delimiter }), []);
    });

    it("refuses the content of a kubeconfig, and does not show it", () => {
        const text = "apiVersion: v1\nusers: [{name: u, user: {token: hunter2}}]\n";
        assert.throws(
            () => kubeconfigFiles(text, {}),
            ({ message }: Error) => message.includes("must be the path of a file") && !message.includes("hunter2"),
        );
    });

    it("takes ~/.kube/config when nothing is said", () => {
        const standard = [join(homedir(), ".kube", "config")];
        assert.deepEqual(kubeconfigFiles(undefined, {}), standard);
        assert.deepEqual(kubeconfigFiles(undefined, { KUBECONFIG: "" }), standard);
    });
});

describe("kubectl", () => {
    it("quotes words for the shell only where they need it", () => {
        assert.equal(kubectl({ context: "a:b/c" }), "kubectl --context a:b/c");
        assert.equal(
            kubectl({ context: "it's", kubeconfig: "/my files/c" }),
            "kubectl --kubeconfig '/my files/c' --context 'it'\\''s'",
        );
    });

    it("shows a placeholder for a kubeconfig that is pasted into the setting", () => {
        const kubeconfig = "apiVersion: v1\nusers: [{name: u, user: {token: hunter2}}]\n";
        assert.equal(kubectl({ context: "a", kubeconfig }), "kubectl --kubeconfig <file> --context a");
    });
});

describe("loadContext", () => {
    let directory = "";

    before(() => {
        directory = mkdtempSync(join(tmpdir(), "kubeconfig-"));
    });

    after(() => {
        rmSync(directory, { recursive: true });
    });

    /** Writes a file; anything but a text as YAML (of which JSON is a part). */
    function file(name: string, content: unknown): string {
        const path = join(directory, name);
        writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
        return path;
    }

    /** Loads a context from the files of $KUBECONFIG. */
    function load(files: string[], context: string): ClusterContext {
        return loadContext({ context }, { KUBECONFIG: files.join(delimiter) });
    }

    /** The error that loading a context must give. */
    function errorOf(files: string[], name: string): Error {
        try {
            load(files, name);
        } catch (error) {
            assert.ok(error instanceof Error);
            return error;
        }
        return assert.fail("the context was found");
    }

    it("finds the server behind a context", () => {
        const one = file("one", {
            contexts: [context("a"), context("b", "other")],
            clusters: [cluster("a", "https://a:6443"), cluster("other", "https://b:6443")],
        });
        assert.equal(load([one], "b").server, "https://b:6443");
    });

    it("takes the proxy of the cluster", () => {
        const proxied = file("proxied", {
            contexts: [context("a")],
            clusters: [cluster("a", "https://a", { "proxy-url": "http://proxy:3128" })],
        });
        assert.equal(load([proxied], "a").cluster.proxyUrl, "http://proxy:3128");
    });

    it("takes the context from one file and its cluster from another", () => {
        const contexts = file("contexts", { contexts: [context("a")] });
        const clusters = file("clusters", { clusters: [cluster("a", "https://a")] });
        assert.equal(load([contexts, clusters], "a").server, "https://a");
    });

    it("lets the first definition of a context win", () => {
        const first = file("first", { contexts: [context("a", "one")], clusters: [cluster("one", "https://one")] });
        const second = file("second", { contexts: [context("a", "two")], clusters: [cluster("two", "https://two")] });
        assert.equal(load([first, second], "a").server, "https://one");
        assert.equal(load([second, first], "a").server, "https://two");
    });

    it("lets the first definition of a cluster win", () => {
        const first = file("first-cluster", { contexts: [context("a")], clusters: [cluster("a", "https://one")] });
        const second = file("second-cluster", { clusters: [cluster("a", "https://two")] });
        assert.equal(load([first, second], "a").server, "https://one");
    });

    it("passes over files that are not there while one is", () => {
        const there = file("there", { contexts: [context("a")], clusters: [cluster("a", "https://a")] });
        assert.equal(load([join(directory, "gone"), there], "a").server, "https://a");
    });

    it("names the files when none is there, and how to set another", () => {
        const { message } = errorOf(["/gone/one", "/gone/two"], "a");
        assert.match(message, /no kubeconfig at \/gone\/one, \/gone\/two/);
        assert.match(message, /pulumi config set --path cluster\.kubeconfig <file>/);
    });

    it("lists the contexts that there are when the wanted one is missing", () => {
        const known = file("known", { contexts: [context("kind-one"), context("minikube")], clusters: [] });
        const { message } = errorOf([known], "prod");
        assert.match(message, /context prod is in none of .*known \(contexts there: kind-one, minikube\)/);
        assert.match(message, /pulumi config set --path cluster\.context <name>/);
    });

    for (const [what, content] of [
        ["empty", ""],
        ["without contexts", "apiVersion: v1\nkind: Config\n"],
        ["with null for its lists", "contexts:\nclusters:\n"],
    ] as const) {
        it(`says that there is no context in a file that is ${what}`, () => {
            assert.match(errorOf([file("bare", content)], "a").message, /contexts there: none/);
        });
    }

    it("never uses current-context", () => {
        const current = file("current", {
            "current-context": "a",
            contexts: [context("a")],
            clusters: [cluster("a", "https://a")],
        });
        assert.match(errorOf([current], "b").message, /context b is in none of/);
        assert.match(errorOf([current], "").message, /is in none of/);
    });

    it("takes a user as a whole from the first file that defines it", () => {
        const users = (user: object) => [{ name: "me", user }];
        const base = { contexts: [context("a")], clusters: [cluster("a", "https://a")] };
        const first = file("first-user", { ...base, users: users({ token: "one" }) });
        const second = file("second-user", { ...base, users: users({ token: "two", username: "x" }) });
        const { user } = load([first, second], "a");
        assert.equal(user.token, "one");
        assert.equal(user.username, undefined);
    });

    it("takes a user that no file defines for anonymous", () => {
        const anonymous = file("anonymous", { contexts: [context("a")], clusters: [cluster("a", "https://a")] });
        assert.equal(load([anonymous], "a").user.token, undefined);
    });

    it("resolves relative paths against the file that names them, also a command with a slash", () => {
        const nested = join(directory, "nested");
        mkdirSync(nested, { recursive: true });
        const clusters = file("nested/clusters", {
            clusters: [cluster("a", "https://a", { "certificate-authority": "ca.crt" })],
        });
        const user = {
            "client-certificate": "me.crt",
            "client-key": "/keys/me.key",
            tokenFile: "../token",
            exec: { command: "./bin/login", apiVersion: "client.authentication.k8s.io/v1" },
        };
        const rest = file("rest", { contexts: [context("a")], users: [{ name: "me", user }] });
        const loaded = load([rest, clusters], "a");
        assert.equal(loaded.cluster.caFile, join(nested, "ca.crt"));
        assert.equal(loaded.user.certFile, join(directory, "me.crt"));
        assert.equal(loaded.user.keyFile, "/keys/me.key");
        assert.equal(loaded.user.tokenFile, join(directory, "..", "token"));
        assert.equal(loaded.user.exec?.command, join(directory, "bin", "login"));
        assert.deepEqual(loaded.user.relativeFiles, ["client-certificate", "tokenFile", "exec.command"]);
        user.exec.command = "aws";
        const onPath = file("on-path", { contexts: [context("a")], users: [{ name: "me", user }] });
        assert.equal(load([onPath, clusters], "a").user.exec?.command, "aws");
    });

    for (const [what, key] of [
        ["context", "contexts"],
        ["cluster", "clusters"],
        ["user", "users"],
    ] as const) {
        it(`refuses a file that defines a ${what} twice, as client-go does, and shows nothing of it`, () => {
            const entry = { name: "a", [what]: { cluster: "a", server: "https://a", token: "hunter2" } };
            const { message } = errorOf([file("twice", { [key]: [entry, entry] })], "a");
            assert.match(message, new RegExp(`twice defines the ${what} a twice`));
            assert.ok(!message.includes("hunter2"));
        });
    }

    it("refuses a server with a user name and password, and does not show them", () => {
        const secret = file("secret", {
            contexts: [context("a")],
            clusters: [cluster("a", "https://me:hunter2@a:6443")],
        });
        const { message } = errorOf([secret], "a");
        assert.match(message, /server of cluster a .* contains a user name or password/);
        assert.ok(!message.includes("hunter2"));
    });

    it("stops at a file of the setting that is not there, whatever $KUBECONFIG says", () => {
        const KUBECONFIG = file("ambient", { contexts: [context("a")], clusters: [cluster("a", "https://a")] });
        assert.throws(
            () => loadContext({ context: "a", kubeconfig: join(directory, "gone") }, { KUBECONFIG }),
            /no kubeconfig at .*gone/,
        );
    });

    it("names the cluster that a context leads to and no file has", () => {
        const { message } = errorOf([file("dangling", { contexts: [context("a", "lost")], clusters: [] })], "a");
        assert.match(message, /context a names the cluster lost, which .*dangling does not have/);
        assert.match(message, /kubectl config set-cluster lost --server <url>/);
    });

    const token = "eyJhbGciOiJSUzI1NiJ9";
    for (const [what, content, reason] of [
        ["is malformed YAML", `users:\n- name: me\n  user: {token: ${token}\n  : [`, "cannot be read as YAML"],
        ["has another shape", `contexts: ${token}\n`, "is not a kubeconfig"],
        ["has a token for a server", `clusters: [{name: a, cluster: {server: [${token}]}}]\n`, "is not a kubeconfig"],
    ] as const) {
        it(`names a file that ${what}, and shows nothing of it`, () => {
            const path = file("bad", content);
            const { message } = errorOf([path], "a");
            assert.ok(message.startsWith(`${path} ${reason}.`), message);
            assert.match(message, /kubectl --kubeconfig .*bad config view/);
            assert.ok(!inspect(message).includes(token));
        });
    }
});
