import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import type { Workspace } from "../../local/workspace";
import type { Engine } from "../../engine/preview";
import { driftReport, planReport } from "../../pipeline/live";
import { driftOf } from "../../pipeline/markdown";
import { isBroken, type PreviewReport } from "../../engine/report";
import { onStack, output, paths, POLICIES } from "./support/embedded";
import type { Clients } from "./support/objects";
import { setSetting } from "./support/settings";

const NAMESPACE = "x0tta6bl4-staging";
const DEPLOYMENT = "staging-x0tta6bl4";
const CONFIG_MAP = "staging-x0tta6bl4-config";

/** Changes of a report: operation, object, paths. */
function shape(changes: PreviewReport["changes"]): unknown[] {
    return changes.map(({ op, object, details }) => [op, object, ...details.map(({ path }) => path)]);
}

/**
 * Tests of drift detection and saved plans, on a staging stack that was just brought up. They leave the log level
 * WARNING deployed and another one in the stack file.
 */
export function driftTests(running: () => { readonly space: Workspace; readonly cluster: Clients }): void {
    let space: Workspace;
    let cluster: Clients;
    let engine: Engine;

    before(() => {
        ({ space, cluster } = running());
        const { cli, configFile } = space;
        engine = { pulumi: cli.executable, env: cli.env, program: paths.checkout, stack: "staging", configFile };
    });

    const setLevel = (level: string) => {
        setSetting(space.configFile, "mesh.logLevel", level);
    };

    it("has no drift after an update", async () => {
        const report = await driftReport(engine);
        assert.deepEqual(report.errors, []);
        assert.deepEqual(report.changes, []);
    });

    it("has drift when an object is scaled, edited or deleted by hand, with what is live and what should be", async () => {
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

    it("is not changed by drift detection", async () => {
        const { spec } = await cluster.apps.readNamespacedDeployment({ namespace: NAMESPACE, name: DEPLOYMENT });
        assert.equal(spec?.replicas, 4);
    });

    it("keeps the fields of another field manager until told to take them back, as the drift issue says", async () => {
        const refresh = ["up", "--yes", "--refresh", "--skip-preview"];
        const refused = await onStack(space, "staging", refresh);
        assert.notEqual(refused.code, 0);
        assert.match(output(refused), /conflict with .*\.data\.LOG_LEVEL/);
        const env = { PULUMI_K8S_ENABLE_PATCH_FORCE: "true" };
        const result = await onStack(space, "staging", refresh, { env });
        assert.equal(result.code, 0, output(result));
        assert.equal((await onStack(space, "staging", ["up", "--yes", "--skip-preview"])).code, 0);
    });

    it("has no drift then, and a label that another tool adds is not drift", async () => {
        const namespace = await cluster.core.readNamespace({ name: NAMESPACE });
        assert.ok(namespace.metadata?.labels);
        namespace.metadata.labels.cost = "42";
        await cluster.core.replaceNamespace({ name: NAMESPACE, body: namespace });
        assert.deepEqual((await driftReport(engine)).changes, []);
    });

    it("tells drift from a program that is not deployed yet", async () => {
        setLevel("ERROR");
        const report = await driftReport(engine);
        assert.ok(report.changes.length > 0);
        assert.deepEqual(driftOf(report), []);
        setLevel("DEBUG");
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
        setLevel("WARNING");
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

    it("is not changed if the program differs from the approved plan", async () => {
        const plan = join(paths.root, "plan.json");
        setLevel("INFO");
        assert.deepEqual((await planReport(engine, plan)).errors, []);
        setLevel("CRITICAL");
        const result = await onStack(space, "staging", ["up", "--yes", "--plan", plan, ...POLICIES]);
        assert.notEqual(result.code, 0);
        assert.match(output(result), /violates plan/);
        const { data } = await cluster.core.readNamespacedConfigMap({ namespace: NAMESPACE, name: CONFIG_MAP });
        assert.equal(data?.LOG_LEVEL, "WARNING");
    });
}
