import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DiffResponse } from "@pulumi/pulumi/proto/provider_pb";
import { inputFiles } from "../../engine/buildOnce";
import { STAND_IN_SOURCES } from "../../engine/standIns";
import { PROJECT_ROOT } from "../../project";
import { buildPlugins } from "../../standins/build";
import { handlerOf } from "../../standins/kubernetes/handlers";
import {
    installArguments,
    uninstallArguments,
    unservedInputs,
    upgradeArguments,
} from "../../standins/kubernetes/helm/arguments";
import { parseManifest, resourceNames } from "../../standins/kubernetes/helm/manifest";
import { diffProviderConfig } from "../../standins/kubernetes/providerConfig";
import { openSession } from "../../standins/kubernetes/session";
import { readSettings } from "../../standins/kubernetes/settings";
import { redact } from "../../standins/protocol/redact";
import { Secret } from "../../standins/protocol/values";
import { projectImports } from "../repository/floors";
import { lastingFolder } from "../support/temporary";
import { SILENT } from "./support";

/** A kubeconfig file with the contexts a and b, to two servers. */
function kubeconfig(server = "https://127.0.0.1:9", more = ""): string {
    const file = join(lastingFolder("plugins-"), "kubeconfig");
    writeFileSync(
        file,
        `apiVersion: v1
kind: Config
current-context: a
clusters: [{name: a, cluster: {server: "${server}"}}, {name: b, cluster: {server: "https://127.0.0.2:9"}}]
users: [{name: u, user: {token: t}}]
contexts: [{name: a, context: {cluster: a, user: u, namespace: mesh}}, {name: b, context: {cluster: b, user: u}}]
${more}`,
    );
    return file;
}

/** Settings as the engine gives them. */
const settings = (values: Record<string, string>, environment: NodeJS.ProcessEnv = {}) =>
    readSettings(
        new Map(Object.entries(values).map(([key, value]) => [`kubernetes:config:${key}`, value])),
        environment,
    );

const open = (values: Record<string, string>) => openSession(settings(values), SILENT, new AbortController().signal);

describe("stand-in Kubernetes plugin: provider configuration", () => {
    it("lets the setting win over its environment variable", () => {
        const variable = { PULUMI_K8S_UPSERT_EXISTING_OBJECTS: "true" };
        assert.equal(settings({}, variable).upsertExistingObjects, true);
        assert.equal(settings({ upsertExistingObjects: "false" }, variable).upsertExistingObjects, false);
    });
    it("refuses settings that it does not have rather than ignore them", () => {
        for (const [key, value] of Object.entries({
            cluster: "b",
            enableServerSideApply: "false",
            namespace: "mesh",
            renderYamlToDirectory: "out",
            skipUpdateUnreachable: "true",
            strictMode: "true",
        })) {
            assert.throws(() => settings({ [key]: value }), new RegExp(`${key} = "${value}" is not served`));
        }
        settings({ enableServerSideApply: "true", strictMode: "false" });
    });
    it("treats a kubeconfig that the SDK filled in from $KUBECONFIG as a list of files", () => {
        assert.equal(settings({ kubeconfig: "/a:/b" }, { KUBECONFIG: "/a:/b" }).kubeconfig, undefined);
        assert.equal(settings({ kubeconfig: "/a" }, { KUBECONFIG: "/a:/b" }).kubeconfig, "/a");
    });
    it("names the kubeconfig that does not exist, and shows nothing of one that cannot be read", async () => {
        assert.match(
            (await open({ kubeconfig: "/not/there", context: "a" })).unreachable,
            /no kubeconfig at \/not\/there/,
        );
        const broken = kubeconfig("https://127.0.0.1:9", "users:\n- token: very-secret\n bad");
        const { unreachable } = await open({ kubeconfig: broken, context: "a" });
        assert.ok(unreachable.includes("cannot be read as YAML") && !unreachable.includes("very-secret"), unreachable);
    });
    it("reports the unreachable server and context within seconds, and continues", async () => {
        const session = await open({ kubeconfig: kubeconfig(), context: "a" });
        assert.equal(session.client, undefined);
        assert.match(session.unreachable, /no answer from https:\/\/127.0.0.1:9 \(context a\): .*ECONNREFUSED/);
    });
    it("names the existing contexts if the requested one does not exist", async () => {
        const session = await open({ kubeconfig: kubeconfig(), context: "c" });
        assert.match(session.unreachable, /context c is in none of .*a, b/);
    });
    it("replaces everything if another cluster is selected, unless its identifier is the same", () => {
        const replaces = (olds: Record<string, string>, news: Record<string, string>) =>
            diffProviderConfig(olds, news).getReplacesList();
        const here = { kubeconfig: kubeconfig(), context: "a" };
        const there = { kubeconfig: kubeconfig("https://127.0.0.3:9"), context: "a" };
        assert.deepEqual(replaces(here, there), ["kubeconfig"]);
        assert.deepEqual(replaces(here, { ...here, context: "b" }), ["context"]);
        assert.deepEqual(replaces(here, { ...here, kubeconfig: kubeconfig(undefined, "# a comment") }), []);
        assert.deepEqual(replaces({ ...here, clusterIdentifier: "1" }, { ...there, clusterIdentifier: "1" }), []);
        assert.ok(replaces({ ...here, clusterIdentifier: "1" }, { ...here, clusterIdentifier: "2" }).length > 0);
        assert.equal(diffProviderConfig(here, here).getChanges(), DiffResponse.DiffChanges.DIFF_NONE);
    });
    it("names what only the official plugin supports", async () => {
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
        chart: "c",
        name: "prometheus",
        namespace: "monitoring",
        version: "1.2.3",
        timeout: 60,
        repositoryOpts: { repo: "https://charts.example.com" },
        cleanupOnFail: true,
        maxHistory: 5,
        values: { secret: "hidden" },
    };
    it("waits as long as requested", () => {
        assert.ok(installArguments(inputs).join(" ").includes("--timeout 60s --wait"));
        assert.ok(installArguments({ name: "x" }).join(" ").includes("--timeout 300s --wait"));
        assert.ok(uninstallArguments(inputs).join(" ").includes("--timeout 60s --wait"));
    });
    it("passes every option to the command that has it", () => {
        const install = installArguments(inputs).join(" ");
        assert.ok(install.includes("c --repo https://charts.example.com --version 1.2.3"));
        assert.ok(!install.includes("--history-max"));
        assert.ok(upgradeArguments(inputs).join(" ").includes("--history-max 5 --cleanup-on-fail"));
    });
    it("names the inputs that only the official plugin serves", () => {
        assert.deepEqual(unservedInputs(inputs), []);
        const more = { ...inputs, atomic: true, repositoryOpts: { repo: "r", password: "s3cret" } };
        assert.deepEqual(unservedInputs(more), ["atomic", "repositoryOpts.password"]);
    });
    it("has nothing secret on a command line", () => {
        for (const args of [installArguments(inputs), upgradeArguments(inputs)]) {
            assert.ok(!args.join(" ").includes("hidden"));
        }
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
    it("considers every file that a plugin imports", () => {
        const imports = projectImports();
        const needed = new Set([...imports.keys()].filter((file) => file.startsWith("standins/")));
        for (const file of needed) {
            imports.get(file)?.forEach((imported) => needed.add(imported));
        }
        const considered = inputFiles({ root: PROJECT_ROOT, inputs: STAND_IN_SOURCES });
        assert.deepEqual(
            [...needed].filter((file) => !considered.includes(file)),
            [],
        );
    });

    it("writes executables", async () => {
        const folder = mkdtempSync(join(tmpdir(), "plugins-"));
        await buildPlugins(folder);
        for (const name of ["resource-kubernetes", "resource-random", "language-nodejs", "analyzer-policy-nodejs"]) {
            assert.ok((statSync(join(folder, `pulumi-${name}`)).mode & 0o111) !== 0, name);
        }
        rmSync(folder, { recursive: true });
    });
});
