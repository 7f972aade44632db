import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { plannedCreates } from "../../engine/plannedCreates";
import { parseState } from "../../engine/state";
import type { Workspace } from "../../local/workspace";
import { status } from "../../local/status";
import { type RunningStack, up } from "../../local/up";
import { upChecked } from "../../local/upAndCheck";
import { failureText, runSmoke } from "../../smoke";
import { onStack, output, paths, POLICIES, progress, pulumi, removeAll, workspace } from "./support/embedded";
import { type Clients, clients, meshObjects, podNames } from "./support/objects";
import { setSetting } from "./support/settings";
import { driftTests } from "./drift";

const NAMESPACE = "x0tta6bl4-staging";

/** The parts of `pulumi preview --json` that describe the changes. */
const previewSchema = z.object({
    steps: z.array(
        z.object({
            op: z.string(),
            urn: z.string(),
            detailedDiff: z.record(z.string(), z.object({ kind: z.string() })).nullish(),
        }),
    ),
});

describe("The staging stack on the embedded cluster", () => {
    let running: RunningStack;
    let space: Workspace;
    let cluster: Clients;

    before(async () => {
        await removeAll();
        running = await up("staging", progress, paths);
        assert.equal(running.changed, true);
        space = await workspace("staging");
        cluster = clients(space.cluster);
    });

    after(removeAll);

    describe("brought up", () => {
        it("passes every smoke check", async () => {
            const report = await runSmoke(running);
            assert.equal(report.failed, 0, failureText(report));
            assert.ok(report.passed > 0);
        });

        it("is what status shows, with its cluster", async () => {
            const text = await status(paths);
            assert.match(text, new RegExp(`running at ${space.cluster.server}`));
            assert.match(text, /staging +x0tta6bl4-staging\/staging-x0tta6bl4: 2 of 2 pods ready/);
            assert.match(text, /prod +not deployed \(npm run local -- --stack prod\)/);
        });

        it("is admitted without any Pod Security warning in a namespace that enforces restricted", async () => {
            const namespace = await cluster.core.readNamespace({ name: NAMESPACE });
            assert.equal(namespace.metadata?.labels?.["pod-security.kubernetes.io/enforce"], "restricted");
            assert.doesNotMatch(readFileSync(join(paths.logs, "pulumi-staging.log"), "utf8"), /PodSecurity/);
        });

        it("is not previewed again while nothing changes, and the preview with the policies would find nothing", async () => {
            const log = () => readFileSync(join(paths.logs, "pulumi-staging.log"), "utf8");
            const before = log();
            const again = await up("staging", progress, paths);
            assert.equal(again.changed, false);
            assert.equal(log(), before);
            assert.equal(again.outputs, running.outputs);
            rmSync(join(paths.root, "updated.staging.json"));
            assert.equal((await up("staging", progress, paths)).changed, false);
            assert.notEqual(log(), before);
        });
    });

    describe("as the pipeline sees it", () => {
        driftTests(() => ({ space, cluster }));
    });

    describe("changed, and removed", () => {
        it("shows a changed setting as exactly one changed ConfigMap key and a rolled Deployment", async () => {
            setSetting(space.configFile, "mesh.logLevel", "ERROR");
            const preview = await onStack(space, "staging", ["preview", "--json"]);
            assert.equal(preview.code, 0, output(preview));
            const { steps } = previewSchema.parse(JSON.parse(preview.stdout));
            const changed = steps
                .filter(({ op, urn }) => op !== "same" && urn.includes("$kubernetes:"))
                .map(({ op, urn, detailedDiff }) => [op, urn.split("::").at(-1), Object.keys(detailedDiff ?? {})]);
            assert.deepEqual(changed.sort(), [
                ["update", "mesh", ["spec.template.metadata.annotations.checksum/config"]],
                ["update", "mesh-config", ["data.LOG_LEVEL"]],
            ]);
        });

        it("rolls the pods when the setting is applied, and none is lost on the way", async () => {
            const before = await podNames(cluster, NAMESPACE);
            const result = await onStack(space, "staging", ["up", "--yes", "--skip-preview", ...POLICIES]);
            assert.equal(result.code, 0, output(result));
            const pods = await podNames(cluster, NAMESPACE);
            assert.equal(pods.length, 2);
            assert.deepEqual(
                pods.filter((name) => before.includes(name)),
                [],
            );
            const config = await cluster.core.readNamespacedConfigMap({
                namespace: NAMESPACE,
                name: "staging-x0tta6bl4-config",
            });
            assert.equal(config.data?.LOG_LEVEL, "ERROR");
        });

        it("creates again what was deleted by hand", async () => {
            const name = "staging-x0tta6bl4-config";
            // The level is that of the checkout's stack file again, and the stack up to date.
            await up("staging", progress, paths);
            await cluster.core.deleteNamespacedConfigMap({ namespace: NAMESPACE, name });
            await cluster.core.deleteNamespacedService({ namespace: NAMESPACE, name: "staging-x0tta6bl4-metrics" });
            const { running: restored, report } = await upChecked("staging", progress, paths);
            assert.equal(restored.changed, true);
            assert.equal(report.failed, 0, failureText(report));
            const config = await cluster.core.readNamespacedConfigMap({ namespace: NAMESPACE, name });
            assert.equal(config.data?.METRICS_PORT, "9090");
        });

        it("plans to create what a failed update deleted in order to replace it, which recover looks for", async () => {
            const exported = await pulumi(space, ["stack", "export", "--stack", "staging"]);
            const state = parseState(exported.stdout);
            const file = join(paths.root, "replacing.json");
            const load = async (content: string) => {
                writeFileSync(file, content);
                const result = await pulumi(space, ["stack", "import", "--stack", "staging", "--file", file]);
                assert.equal(result.code, 0, output(result));
            };
            for (const resource of state.resources.filter(({ urn }) => urn.endsWith("::mesh-config"))) {
                resource.pendingReplacement = true;
            }
            await load(JSON.stringify(state.exported));
            const { cli, configFile } = space;
            const place = { stack: "staging", embedded: true, cli, configFile, state };
            const { creates, failure } = await plannedCreates(place, paths);
            await load(exported.stdout);
            assert.equal(failure, undefined);
            assert.deepEqual(
                creates.map(({ urn }) => urn.split("::").at(-1)),
                ["mesh-config"],
            );
        });

        it("keeps the generated keys out of the state in plain text and out of the outputs", async () => {
            const secret = await cluster.core.readNamespacedSecret({
                namespace: NAMESPACE,
                name: "staging-x0tta6bl4-secrets",
            });
            const keys = Object.values(secret.data ?? {}).map((value) => Buffer.from(value, "base64").toString());
            assert.equal(keys.length, 4);
            const state = readFileSync(join(paths.state, ".pulumi", "stacks", "x0tta6bl4", "staging.json"), "utf8");
            const log = readFileSync(join(paths.logs, "pulumi-staging.log"), "utf8");
            for (const key of keys) {
                assert.ok(key.length >= 48);
                assert.ok(!state.includes(key) && !state.includes(Buffer.from(key).toString("base64")));
                assert.ok(!log.includes(key));
            }
        });

        it("runs beside the prod stack", async () => {
            const prod = await up("prod", progress, paths);
            const report = await runSmoke(prod);
            assert.equal(report.failed, 0, failureText(report));
            const prodSpace = await workspace("prod");
            const destroyed = await onStack(prodSpace, "prod", ["destroy", "--yes", "--skip-preview"]);
            assert.equal(destroyed.code, 0, output(destroyed));
            assert.deepEqual(
                (await meshObjects(cluster)).filter((object) => object.includes("prod")),
                [],
            );
        });

        it("leaves nothing behind when destroyed, cluster-wide objects and volumes included", async () => {
            assert.notDeepEqual(await meshObjects(cluster), []);
            const result = await onStack(space, "staging", ["destroy", "--yes", "--skip-preview"]);
            assert.equal(result.code, 0, output(result));
            assert.deepEqual(await meshObjects(cluster), []);
        });

        it("is gone with its cluster, processes and files after down", async () => {
            await removeAll();
            assert.equal(existsSync(paths.root), false);
            assert.match(await status(paths), /Embedded cluster: absent/);
        });
    });
});
