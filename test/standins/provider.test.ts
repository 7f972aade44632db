import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DiffResponse } from "@pulumi/pulumi/proto/provider_pb";
import { buildPlugins } from "../../standins/build";
import { handlerOf } from "../../standins/kubernetes/handlers";
import { installArguments, uninstallArguments, upgradeArguments } from "../../standins/kubernetes/helm/arguments";
import { parseManifest, resourceNames } from "../../standins/kubernetes/helm/manifest";
import { gatherValues, mergeValues } from "../../standins/kubernetes/helm/values";
import { loadKubeConfig } from "../../standins/kubernetes/kubeconfig";
import { checkProviderConfig, diffProviderConfig } from "../../standins/kubernetes/providerConfig";
import { openSession } from "../../standins/kubernetes/session";
import { readSettings } from "../../standins/kubernetes/settings";
import { redact } from "../../standins/protocol/redact";
import { Secret } from "../../standins/protocol/values";

const URN = "urn:pulumi:s::p::pulumi:providers:kubernetes::";

/** A kubeconfig with the contexts a and b, to two servers. */
const kubeconfig = (server = "https://127.0.0.1:9"): string => `
apiVersion: v1
kind: Config
current-context: a
clusters: [{name: a, cluster: {server: "${server}"}}, {name: b, cluster: {server: "https://127.0.0.2:9"}}]
users: [{name: u, user: {token: t}}]
contexts: [{name: a, context: {cluster: a, user: u, namespace: mesh}}, {name: b, context: {cluster: b, user: u}}]
`;

/** Settings as the engine gives them. */
const settings = (values: Record<string, string>, environment: NodeJS.ProcessEnv = {}) =>
    readSettings(
        new Map(Object.entries(values).map(([key, value]) => [`kubernetes:config:${key}`, value])),
        environment,
    );

const silent = { info: () => undefined, warn: () => undefined, status: () => undefined };

describe("stand-in Kubernetes plugin: provider configuration", () => {
    it("lets the setting win over its environment variable", () => {
        const variable = { PULUMI_K8S_UPSERT_EXISTING_OBJECTS: "true" };
        assert.equal(settings({}, variable).upsertExistingObjects, true);
        assert.equal(settings({ upsertExistingObjects: "false" }, variable).upsertExistingObjects, false);
    });
    it("refuses settings that it does not have rather than ignore them", () => {
        assert.throws(
            () => settings({ enableServerSideApply: "false" }),
            /enableServerSideApply = "false" is not served/,
        );
        assert.throws(() => settings({ renderYamlToDirectory: "out" }), /renderYamlToDirectory = "out" is not served/);
    });
    it("reads a kubeconfig given as text, and its contexts", () => {
        const config = loadKubeConfig(settings({ kubeconfig: kubeconfig(), context: "b" }));
        assert.equal(config.getCurrentCluster()?.server, "https://127.0.0.2:9");
        const other = loadKubeConfig(settings({ kubeconfig: kubeconfig(), cluster: "b" }));
        assert.equal(other.getCurrentCluster()?.server, "https://127.0.0.2:9");
    });
    it("names the kubeconfig that is not there, and shows nothing of one that cannot be read", () => {
        assert.throws(
            () => loadKubeConfig(settings({ kubeconfig: "/not/there" })),
            /kubeconfig \/not\/there does not exist/,
        );
        const broken = "users:\n- token: very-secret\n bad";
        assert.throws(
            () => loadKubeConfig(settings({ kubeconfig: broken })),
            (error: Error) => error.message.includes("no valid kubeconfig") && !error.message.includes("very-secret"),
        );
    });
    it("says within seconds which server and context cannot be reached, and goes on", async () => {
        const session = await openSession(settings({ kubeconfig: kubeconfig() }), silent, new AbortController().signal);
        assert.equal(session.client, undefined);
        assert.equal(session.defaultNamespace, "default");
        assert.match(session.unreachable, /no answer from https:\/\/127.0.0.1:9 \(context a\): .*ECONNREFUSED/);
    });
    it("names the contexts that there are when the wanted one is not", async () => {
        const wanted = settings({ kubeconfig: kubeconfig(), context: "c" });
        const session = await openSession(wanted, silent, new AbortController().signal);
        assert.match(session.unreachable, /context "c" is not in the kubeconfig.*a, b/);
    });
    it("wants kubeconfig and context in strict mode, and no default provider", () => {
        const reasons = (name: string, news: Record<string, string>, environment: NodeJS.ProcessEnv = {}) =>
            checkProviderConfig(URN + name, news, environment).map((failure) => failure.getReason());
        assert.deepEqual(reasons("mine", {}), []);
        assert.equal(reasons("default_4_34_2", { strictMode: "true" }).length, 3);
        assert.equal(reasons("mine", { kubeconfig: "x" }, { PULUMI_CONFIG: '{"strictMode":"true"}' }).length, 1);
        assert.deepEqual(reasons("mine", { strictMode: "true", kubeconfig: "x", context: "y" }), []);
    });
    it("replaces everything when another cluster is meant, unless its identifier says it is the same", () => {
        const replaces = (olds: Record<string, string>, news: Record<string, string>) =>
            diffProviderConfig(olds, news).getReplacesList();
        const [here, there] = [{ kubeconfig: kubeconfig() }, { kubeconfig: kubeconfig("https://127.0.0.3:9") }];
        assert.deepEqual(replaces(here, there), ["kubeconfig"]);
        assert.deepEqual(replaces(here, { ...here, context: "b" }), ["context"]);
        assert.deepEqual(replaces(here, { kubeconfig: `${kubeconfig()}# a comment` }), []);
        assert.deepEqual(replaces({ ...here, clusterIdentifier: "1" }, { ...there, clusterIdentifier: "1" }), []);
        assert.ok(replaces({ ...here, clusterIdentifier: "1" }, { ...here, clusterIdentifier: "2" }).length > 0);
        assert.equal(diffProviderConfig(here, here).getChanges(), DiffResponse.DiffChanges.DIFF_NONE);
    });
    it("says what only the official plugin serves", async () => {
        for (const type of ["kubernetes:core/v1:NamespacePatch", "kubernetes:core/v1:ConfigMapList"]) {
            await assert.rejects(() => handlerOf(type), /not served by the stand-in plugin.*pulumi plugin install/);
        }
        await handlerOf("kubernetes:core/v1:Namespace");
        await handlerOf("kubernetes:x.example.com/v1:DispatchPatch");
    });
    it("shows no secret in a message, in plain or in base64", () => {
        const inputs = { a: { b: [new Secret({ c: "s3cret" })] }, plain: "word" };
        assert.equal(redact("bad s3cret, czNjcmV0, word", inputs), "bad [secret], [secret], word");
    });
});

describe("stand-in Kubernetes plugin: Helm releases", () => {
    const inputs = {
        name: "prometheus",
        namespace: "monitoring",
        version: "1.2.3",
        timeout: 60,
        repositoryOpts: { repo: "https://charts.example.com", username: "me", password: "s3cret" },
        atomic: true,
        cleanupOnFail: true,
        createNamespace: true,
        maxHistory: 5,
        skipCrds: true,
        values: { secret: "hidden" },
    };
    it("waits as long as asked, or not at all", () => {
        assert.ok(installArguments("c", inputs).join(" ").includes("--timeout 60s --wait"));
        assert.ok(!installArguments("c", { ...inputs, skipAwait: true }).includes("--wait"));
        assert.ok(installArguments("c", { name: "x" }).join(" ").includes("--timeout 300s"));
    });
    it("passes every option to the command that has it", () => {
        const install = installArguments("c", inputs);
        const upgrade = upgradeArguments("c", inputs);
        for (const flag of ["--atomic", "--skip-crds", "--create-namespace"]) {
            assert.ok(install.includes(flag), flag);
        }
        assert.ok(!upgrade.includes("--create-namespace"));
        assert.ok(upgrade.join(" ").includes("--history-max 5 --cleanup-on-fail"));
        assert.deepEqual(uninstallArguments({ name: "a", namespace: "b", skipAwait: true }).includes("--wait"), false);
    });
    it("has nothing secret on a command line", () => {
        for (const args of [installArguments("c", inputs), upgradeArguments("c", inputs)]) {
            assert.ok(!/s3cret|hidden|--repo/.test(args.join(" ")));
        }
        const open = { ...inputs, repositoryOpts: { repo: "https://charts.example.com" } };
        assert.ok(installArguments("c", open).join(" ").includes("--repo https://charts.example.com"));
    });
    it("puts values over those of files, map by map", async () => {
        assert.deepEqual(mergeValues({ a: { b: 1, c: 2 }, l: [1] }, { a: { c: 3 }, l: [2] }), {
            a: { b: 1, c: 3 },
            l: [2],
        });
        const file = { text: "a: {b: 1, c: 2}" };
        assert.deepEqual(await gatherValues({ valueYamlFiles: [file], values: { a: { c: 3 } } }), {
            a: { b: 1, c: 3 },
        });
    });
    it("names the objects of a manifest by kind", () => {
        const manifest =
            "kind: Secret\napiVersion: v1\nmetadata: {name: b}\n---\n# nothing\n---\n" +
            "kind: Deployment\napiVersion: apps/v1\nmetadata: {name: d, namespace: n}\n";
        assert.deepEqual(resourceNames(parseManifest(manifest)), {
            "Secret/v1": ["b"],
            "Deployment.apps/apps/v1": ["n/d"],
        });
    });
});

describe("building the stand-in plugins", () => {
    let folder: string;
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "plugins-"));
    });
    after(() => {
        rmSync(folder, { recursive: true });
    });
    it("writes executables, and nothing when they are up to date", async () => {
        assert.equal(await buildPlugins(folder), true);
        for (const name of ["resource-kubernetes", "resource-random", "language-nodejs", "analyzer-policy-nodejs"]) {
            assert.ok((statSync(join(folder, `pulumi-${name}`)).mode & 0o111) !== 0, name);
        }
        const started = performance.now();
        assert.equal(await buildPlugins(folder), false);
        assert.ok(performance.now() - started < 100);
    });
    it("builds again what was removed, or made from other sources", async () => {
        rmSync(join(folder, "pulumi-resource-random"));
        assert.equal(await buildPlugins(folder), true);
        assert.ok(existsSync(join(folder, "pulumi-resource-random")));
        writeFileSync(join(folder, "plugins.sha256"), "other");
        assert.equal(await buildPlugins(folder), true);
        assert.notEqual(readFileSync(join(folder, "plugins.sha256"), "utf8"), "other");
    });
});
