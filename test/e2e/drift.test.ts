import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { up } from "../../local/up";
import type { Workspace } from "../../local/workspace";
import type { Engine } from "../../engine/preview";
import { driftReport, planReport } from "../../pipeline/live";
import { driftOf } from "../../pipeline/markdown";
import { isBroken, type PreviewReport } from "../../engine/report";
import { onStack, output, paths, POLICIES, progress, removeAll, workspace } from "./support/embedded";
import { type Clients, clients } from "./support/objects";

const NAMESPACE = "x0tta6bl4-staging";
const DEPLOYMENT = "staging-x0tta6bl4";
const CONFIG_MAP = "staging-x0tta6bl4-config";

/** Changes of a report: operation, object, paths. */
function shape(changes: PreviewReport["changes"]): unknown[] {
    return changes.map(({ op, object, details }) => [op, object, ...details.map(({ path }) => path)]);
}

describe("The live stack, as the pipeline sees it", () => {
    let space: Workspace;
    let cluster: Clients;
    let engine: Engine;

    before(async () => {
        await removeAll();
        await up("staging", progress, paths);
        space = await workspace("staging");
        cluster = clients(space.cluster);
        const { cli, configFile } = space;
        engine = { pulumi: cli.executable, env: cli.env, program: paths.checkout, stack: "staging", configFile };
    });

    after(removeAll);

    const setLevel = (level: string) => onStack(space, "staging", ["config", "set", "--path", "mesh.logLevel", level]);

    it("has no drift after an update", async () => {
        const report = await driftReport(engine);
        assert.deepEqual(report.errors, []);
        assert.deepEqual(report.changes, []);
    });

    it("has drift when somebody scales, edits or deletes an object by hand, with what is live and what should be", async () => {
        const patch = await cluster.apps.readNamespacedDeployment({ namespace: NAMESPACE, name: DEPLOYMENT });
        assert.ok(patch.spec);
        patch.spec.replicas = 4;
        await cluster.apps.replaceNamespacedDeployment({ namespace: NAMESPACE, name: DEPLOYMENT, body: patch });
        const config = await cluster.core.readNamespacedConfigMap({ namespace: NAMESPACE, name: CONFIG_MAP });
        config.data = { ...config.data, LOG_LEVEL: "TRACE" };
        await cluster.core.replaceNamespacedConfigMap({ namespace: NAMESPACE, name: CONFIG_MAP, body: config });
        const metrics = `${DEPLOYMENT}-metrics`;
        await cluster.core.deleteNamespacedService({ namespace: NAMESPACE, name: metrics });

        const report = await driftReport(engine);
        assert.deepEqual(shape(driftOf(report)), [
            ["update", `ConfigMap ${NAMESPACE}/${CONFIG_MAP}`, "data.LOG_LEVEL"],
            ["update", `Deployment ${NAMESPACE}/${DEPLOYMENT}`, "spec.replicas"],
            ["create", `Service ${NAMESPACE}/${metrics}`],
        ]);
        const [level, replicas] = report.changes.map(({ details }) => details[0]);
        assert.deepEqual(level, { path: "data.LOG_LEVEL", before: "TRACE", after: "DEBUG" });
        assert.deepEqual(replicas, { path: "spec.replicas", before: "4", after: "2" });
    });

    it("changes nothing by looking", async () => {
        const { spec } = await cluster.apps.readNamespacedDeployment({ namespace: NAMESPACE, name: DEPLOYMENT });
        assert.equal(spec?.replicas, 4);
    });

    it("keeps what somebody else owns now until it is told to take it back, as the issue says", async () => {
        const refresh = ["up", "--yes", "--refresh", "--skip-preview"];
        const refused = await onStack(space, "staging", refresh);
        assert.notEqual(refused.code, 0);
        assert.match(output(refused), /conflict with .*\.data\.LOG_LEVEL/);
        const env = { PULUMI_K8S_ENABLE_PATCH_FORCE: "true" };
        const result = await onStack(space, "staging", refresh, { env });
        assert.equal(result.code, 0, output(result));
        assert.equal((await onStack(space, "staging", ["up", "--yes", "--skip-preview"])).code, 0);
        assert.deepEqual((await driftReport(engine)).changes, []);
    });

    it("does not take a label that somebody adds for drift", async () => {
        const namespace = await cluster.core.readNamespace({ name: NAMESPACE });
        assert.ok(namespace.metadata?.labels);
        namespace.metadata.labels.cost = "42";
        await cluster.core.replaceNamespace({ name: NAMESPACE, body: namespace });
        assert.deepEqual((await driftReport(engine)).changes, []);
    });

    it("tells drift from a program that is not deployed yet", async () => {
        assert.equal((await setLevel("ERROR")).code, 0);
        const report = await driftReport(engine);
        assert.ok(report.changes.length > 0);
        assert.deepEqual(driftOf(report), []);
        assert.equal((await setLevel("DEBUG")).code, 0);
    });

    it("is no drift but an error when the cluster does not answer", async () => {
        const configFile = join(paths.root, "unreachable.yaml");
        const document = parseDocument(readFileSync(space.configFile, "utf8"));
        document.setIn(["config", "x0tta6bl4:cluster", "context"], "nowhere");
        writeFileSync(configFile, document.toString());
        const report = await driftReport({ ...engine, configFile });
        assert.equal(isBroken(report), true);
        assert.match(report.errors.join("\n"), /nowhere/);
        assert.deepEqual(report.changes, []);
    });

    it("is updated exactly by a saved plan", async () => {
        const plan = join(paths.root, "plan.json");
        assert.equal((await setLevel("WARNING")).code, 0);
        const report = await planReport(engine, plan);
        assert.deepEqual(report.errors, []);
        assert.deepEqual(
            report.changes.map(({ object }) => object),
            [`ConfigMap ${NAMESPACE}/${CONFIG_MAP}`, `Deployment ${NAMESPACE}/${DEPLOYMENT}`],
        );
        const result = await onStack(space, "staging", ["up", "--yes", "--plan", plan, ...POLICIES]);
        assert.equal(result.code, 0, output(result));
        const { data } = await cluster.core.readNamespacedConfigMap({ namespace: NAMESPACE, name: CONFIG_MAP });
        assert.equal(data?.LOG_LEVEL, "WARNING");
    });

    it("is left alone when the program asks for something else than the plan that was approved", async () => {
        const plan = join(paths.root, "plan.json");
        assert.equal((await setLevel("INFO")).code, 0);
        assert.deepEqual((await planReport(engine, plan)).errors, []);
        assert.equal((await setLevel("CRITICAL")).code, 0);
        const result = await onStack(space, "staging", ["up", "--yes", "--plan", plan, ...POLICIES]);
        assert.notEqual(result.code, 0);
        assert.match(output(result), /violates plan/);
        const { data } = await cluster.core.readNamespacedConfigMap({ namespace: NAMESPACE, name: CONFIG_MAP });
        assert.equal(data?.LOG_LEVEL, "WARNING");
    });
});
