import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { inspect } from "node:util";
import { findContext, kubeconfigFiles } from "../../kube/kubeconfig";

/** A cluster, by name, that is at a server. */
const cluster = (name: string, server: string, extra: Record<string, unknown> = {}) => ({
    name,
    cluster: { server, ...extra },
});

/** A context, by name, that leads to a cluster. */
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

    it("takes ~/.kube/config when nothing is said", () => {
        const standard = [join(homedir(), ".kube", "config")];
        assert.deepEqual(kubeconfigFiles(undefined, {}), standard);
        assert.deepEqual(kubeconfigFiles(undefined, { KUBECONFIG: "" }), standard);
    });
});

describe("findContext", () => {
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

    /** The error that looking a context up must give. */
    function errorOf(files: string[], name: string): Error {
        try {
            findContext(files, name);
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
        assert.deepEqual(findContext([one], "b"), { server: "https://b:6443", proxied: false });
    });

    it("says when the server is behind a proxy", () => {
        const proxied = file("proxied", {
            contexts: [context("a")],
            clusters: [cluster("a", "https://a", { "proxy-url": "http://proxy:3128" })],
        });
        assert.deepEqual(findContext([proxied], "a"), { server: "https://a", proxied: true });
    });

    it("takes the context from one file and its cluster from another", () => {
        const contexts = file("contexts", { contexts: [context("a")] });
        const clusters = file("clusters", { clusters: [cluster("a", "https://a")] });
        assert.equal(findContext([contexts, clusters], "a").server, "https://a");
    });

    it("lets the first definition of a context win", () => {
        const first = file("first", { contexts: [context("a", "one")], clusters: [cluster("one", "https://one")] });
        const second = file("second", { contexts: [context("a", "two")], clusters: [cluster("two", "https://two")] });
        assert.equal(findContext([first, second], "a").server, "https://one");
        assert.equal(findContext([second, first], "a").server, "https://two");
    });

    it("lets the first definition of a cluster win", () => {
        const first = file("first-cluster", { contexts: [context("a")], clusters: [cluster("a", "https://one")] });
        const second = file("second-cluster", { clusters: [cluster("a", "https://two")] });
        assert.equal(findContext([first, second], "a").server, "https://one");
    });

    it("passes over files that are not there while one is", () => {
        const there = file("there", { contexts: [context("a")], clusters: [cluster("a", "https://a")] });
        assert.equal(findContext([join(directory, "gone"), there], "a").server, "https://a");
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

    it("names the cluster that a context leads to and no file has", () => {
        const { message } = errorOf([file("dangling", { contexts: [context("a", "lost")], clusters: [] })], "a");
        assert.match(message, /context a names the cluster lost, which .*dangling does not have/);
        assert.match(message, /kubectl config set-cluster lost --server <url>/);
    });

    const token = "eyJhbGciOiJSUzI1NiJ9";
    for (const [what, content, reason] of [
        ["is malformed YAML", `users:\n- name: me\n  user: {token: ${token}\n  : [`, "cannot be read as YAML"],
        ["has another shape", `contexts: ${token}\n`, "is no kubeconfig"],
        ["has a token for a server", `clusters: [{name: a, cluster: {server: [${token}]}}]\n`, "is no kubeconfig"],
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
