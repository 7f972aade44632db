import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type RunningStack, up } from "../../local/up";
import type { Workspace } from "../../local/workspace";
import { failureText, runSmoke } from "../../smoke";
import { onStack, output, paths, POLICIES, progress, removeAll, workspace } from "./support/embedded";
import { type Clients, clients } from "./support/objects";
import { setSetting } from "./support/settings";

/** Logical names of resources in the order in which the CLI reports them as `word`, e.g. `updated`. */
function inOrder(text: string, word: string): string[] {
    const names = text.split("\n").flatMap((line) => {
        const [, name] = new RegExp(`^ *[-+~]+ +[\\w.:/-]+ ([\\w.-]+) ${word} \\(`).exec(line) ?? [];
        return name === undefined ? [] : [name];
    });
    return names.filter((name, index) => names.indexOf(name) === index);
}

/** Fails unless all names are present, in this order. */
function assertOrder(found: readonly string[], names: readonly string[]): void {
    assert.deepEqual(
        found.filter((name) => names.includes(name)),
        names,
        found.join(" "),
    );
}

describe("SPIRE of the prod stack on the embedded cluster", () => {
    let running: RunningStack;
    let space: Workspace;
    let cluster: Clients;

    before(async () => {
        await removeAll();
        running = await up("prod", progress, paths);
        space = await workspace("prod");
        cluster = clients(space.cluster);
    });

    after(removeAll);

    it("came up in order: CRDs, server, agents, CSI driver, mesh", () => {
        const log = readFileSync(join(paths.logs, "pulumi-prod.log"), "utf8");
        const order = ["spire-crd-clusterspiffeids", "spire-server", "spire-agent", "spire-csi", "mesh"];
        assertOrder(inOrder(log, "created"), order);
    });

    it("is Ready with three servers and an agent and a CSI driver on each node", async () => {
        const report = await runSmoke({ ...running, filter: "SPIRE" });
        assert.equal(report.failed, 0, failureText(report));
        assert.ok(report.passed >= 3);
    });

    it("is admitted without any Pod Security warning, and the server in a restricted namespace", async () => {
        const namespace = await cluster.core.readNamespace({ name: "spire" });
        assert.equal(namespace.metadata?.labels?.["pod-security.kubernetes.io/enforce"], "restricted");
        assert.doesNotMatch(readFileSync(join(paths.logs, "pulumi-prod.log"), "utf8"), /PodSecurity/);
    });

    it("has nothing to change in a second preview", async () => {
        const result = await onStack(space, "prod", ["preview", "--expect-no-changes", ...POLICIES]);
        assert.equal(result.code, 0, output(result));
    });

    for (const [what, key, value, expected] of [
        ["a skipped minor version", "spire.version", "1.17.0", /one minor version at a time/],
        ["another trust domain", "spire.trustDomain", "other.mesh", /destroys every identity/],
        ["a missing Secret", "spire.checkSecrets", true, /Secret spire\/spire-datastore does not exist/],
    ] as const) {
        it(`refuses ${what} before anything changes`, async () => {
            const old = readFileSync(space.configFile, "utf8");
            setSetting(space.configFile, key, value);
            const result = await onStack(space, "prod", ["preview"]);
            assert.notEqual(result.code, 0);
            assert.match(output(result), expected);
            writeFileSync(space.configFile, old);
        });
    }

    it("upgrades the servers before the agents", async () => {
        setSetting(space.configFile, "spire.version", "1.16.0");
        const result = await onStack(space, "prod", ["up", "--yes", "--skip-preview"]);
        assert.equal(result.code, 0, output(result));
        assertOrder(inOrder(result.stdout, "updated"), ["spire-server", "spire-agent"]);
    });

    it("is removed in reverse order, leaves only its CRDs, and comes up again with them", async () => {
        const result = await onStack(space, "prod", ["destroy", "--yes", "--skip-preview"]);
        assert.equal(result.code, 0, output(result));
        assertOrder(inOrder(result.stdout, "deleted"), ["mesh", "spire-csi", "spire-agent", "spire-server"]);
        const namespaces = (await cluster.core.listNamespace()).items.map(({ metadata }) => metadata?.name);
        assert.deepEqual(
            namespaces.filter((name) => name?.startsWith("spire")),
            [],
        );
        assert.equal((await up("prod", progress, paths)).changed, true);
    });
});
