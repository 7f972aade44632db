import assert from "node:assert/strict";
import { VERSIONED_LABEL } from "../../components/delivery/names";
import { NEVER_STARTS } from "../../local/controlPlane/stages";
import { WELL } from "../../local/delivery/prometheus";
import { daily } from "../e2e/support/command";
import { onStack, output, removeAll } from "../e2e/support/embedded";
import { APP, NAMESPACE, World } from "./world";

/** Pods that the stack wants. */
const WANTED = 4;

describe("Canaries with the real controller of Argo Rollouts", () => {
    let world: World;

    before(async () => {
        world = await World.open();
        await world.update();
    });

    after(async () => {
        await world.close().finally(removeAll);
    });

    it("take over a running stack in one update, without a Ready pod less", async () => {
        world.canaries();
        const { fewest, samples } = await world.fewestDuring(() => world.takeOver());
        assert.ok(samples > 10, `${samples} samples`);
        assert.ok(fewest >= WANTED, `${fewest} pods were Ready`);
        const { items } = await world.cluster.apps.listNamespacedDeployment({ namespace: NAMESPACE });
        assert.deepEqual(
            items.map(({ metadata }) => metadata?.name).filter((name) => name === APP),
            [],
        );
    });

    it("have nothing to change then", async () => {
        const preview = await onStack(world.space, "staging", ["preview", "--expect-no-changes"]);
        assert.equal(preview.code, 0, output(preview));
    });

    it("deliver a good version by steps, and the update does not wait for them", async () => {
        const { status: before } = await world.rollout();
        world.set("mesh.logLevel", "ERROR");
        const { fewest } = await world.fewestDuring(async () => {
            await world.update();
            const { status } = await world.rollout();
            assert.notEqual(status.phase, "Healthy", "the update must not claim that the canary is through");
            await world.healthy();
        });
        assert.ok(fewest >= WANTED);
        const { status } = await world.rollout();
        assert.notEqual(status.stableRS, before.stableRS);
        assert.ok(world.prometheus.asked.some((query) => query.includes(`pod=~"${APP}-${status.stableRS ?? ""}-.*"`)));
    });

    it("are aborted by a failing analysis, and the old version keeps its pods and its configuration", async () => {
        const { status: before } = await world.rollout();
        const configured = await world.configMaps();
        world.prometheus.answer({ ...WELL, errors: [0.5] });
        world.set("mesh.logLevel", "WARNING");
        const { fewest } = await world.fewestDuring(async () => {
            await world.update();
            await world.until("aborted", ({ status }) => status.phase === "Degraded" && status.abort === true);
        });
        assert.ok(fewest >= WANTED, `${fewest} pods were Ready`);
        const { status } = await world.rollout();
        assert.equal(status.stableRS, before.stableRS);
        assert.match(status.message ?? "", /errors/);
        const now = await world.configMaps();
        assert.ok(
            configured.every((name) => now.includes(name)),
            `${configured.join(", ")} became ${now.join(", ")}`,
        );
        assert.equal(now.length, configured.length + 1);
    });

    it("are tried again on request, and go through when the cause is gone", async () => {
        world.prometheus.answer(WELL);
        await world.patchStatus({ abort: false });
        await world.healthy();
        const [pod = ""] = await world.ready();
        const { spec } = await world.cluster.core.readNamespacedPod({ namespace: NAMESPACE, name: pod });
        const name = spec?.containers[0]?.env?.find(({ name: key }) => key === "LOG_LEVEL")?.valueFrom?.configMapKeyRef
            ?.name;
        const config = await world.cluster.core.readNamespacedConfigMap({ namespace: NAMESPACE, name: name ?? "" });
        assert.equal(config.data?.LOG_LEVEL, "WARNING");
    });

    for (const [what, errors] of [
        ["an empty answer", []],
        ["a share of no requests, NaN", [Number.NaN]],
    ] as const) {
        it(`take ${what} for no evidence against the new version`, async () => {
            world.set("mesh.env", { CASE: what });
            world.prometheus.answer({ ...WELL, errors, latency: errors });
            await world.update();
            await world.until("healthy", ({ status }) => status.phase === "Healthy");
        });
    }

    it("are aborted by a crash loop at once, and by pods that Prometheus does not see", async () => {
        for (const [metric, answers] of [
            ["crash-loops", { ...WELL, "crash-loops": [1] }],
            ["observed", { ...WELL, observed: [1] }],
        ] as const) {
            world.prometheus.answer(answers);
            world.set("mesh.env", { CASE: metric });
            await world.update();
            const { status } = await world.until(
                "aborted",
                ({ status: { phase, abort } }) => phase === "Degraded" && abort === true,
            );
            assert.match(status.message ?? "", new RegExp(metric));
        }
    });

    it("are rolled back by the old settings, without a new pod", async () => {
        await world.until(
            "back",
            ({ status }) => (status.updatedReplicas ?? 0) === 0 && status.readyReplicas === WANTED,
        );
        const before = await world.ready();
        world.set("mesh.env", { CASE: "a share of no requests, NaN" });
        world.prometheus.answer(WELL);
        await world.update();
        await world.healthy();
        assert.deepEqual((await world.ready()).sort(), before.sort());
    });

    it("are aborted where the image never starts, and no pod of the old version ends for it", async () => {
        const before = await world.ready();
        world.set("mesh.image", { tag: NEVER_STARTS });
        await world.update();
        await world.until("aborted", ({ status: { phase, abort } }) => phase === "Degraded" && abort === true);
        assert.ok((await world.ready()).length >= WANTED);
        assert.deepEqual(before.filter((name) => name.includes("-")).length, (await world.ready()).length);
        world.set("mesh.image", {});
        await world.update();
        await world.healthy();
    });

    it("go on where they were when the controller is started again in the middle", async () => {
        world.set("mesh.env", { CASE: "restart" });
        await world.update();
        await world.until("at its first step", ({ status }) => (status.updatedReplicas ?? 0) >= 1);
        const { fewest } = await world.fewestDuring(async () => {
            await world.stop();
            await world.start();
            await world.healthy();
        });
        assert.ok(fewest >= WANTED);
    });

    it("follow an autoscaler that asks for more pods meanwhile", async () => {
        world.set("mesh.autoscaling", { enabled: true, minReplicas: 4, maxReplicas: 8 });
        await world.update();
        await world.healthy();
        const steps = [{ weight: 25, approval: true }];
        world.canaries({ steps });
        world.set("mesh.env", { CASE: "autoscaler" });
        await world.update();
        await world.until("paused", ({ status }) => status.phase === "Paused");
        world.set("mesh.autoscaling", { enabled: true, minReplicas: 8, maxReplicas: 10 });
        await world.update();
        await world.until("of eight pods", ({ spec, status }) => spec.replicas === 8 && status.readyReplicas === 8);
        assert.equal((await world.rollout()).status.phase, "Paused");
        await world.patchStatus({ pauseConditions: null, currentStepIndex: 2 });
        await world.healthy();
    });

    it("keep the configuration of what they can go back to; x0 rollout prune removes the rest", async () => {
        const prune = (...flags: string[]) => daily("rollout", "prune", "--stack", "staging", ...flags);
        const young = await prune("--dry-run");
        assert.match(output(young), /Nothing to remove/);
        const labels = { [VERSIONED_LABEL]: "true" };
        await world.cluster.core.createNamespacedConfigMap({
            namespace: NAMESPACE,
            body: { metadata: { name: `${APP}-config-0123456789`, labels } },
        });
        const before = await world.configMaps();
        const used = await world.usedConfigMaps();
        assert.ok(before.length > used.length, `${before.length} are kept, and ${used.length} are used`);
        const shown = await prune("--older-than", "0", "--dry-run");
        assert.equal(shown.code, 0, output(shown));
        assert.deepEqual(await world.configMaps(), before);
        const done = await prune("--older-than", "0", "--confirm", "staging");
        assert.equal(done.code, 0, output(done));
        assert.deepEqual((await world.configMaps()).sort(), [...used].sort());
        const preview = await onStack(world.space, "staging", ["preview", "--refresh", "--expect-no-changes"]);
        assert.equal(preview.code, 0, output(preview));
    });

    it("give the stack back to a Deployment in one update, without a Ready pod less", async () => {
        world.set("mesh.delivery", { type: "rolling" });
        const { fewest, samples } = await world.fewestDuring(() => world.update());
        assert.ok(samples > 10, `${samples} samples`);
        assert.ok(fewest >= 8, `${fewest} pods were Ready`);
        const deployment = await world.cluster.apps.readNamespacedDeployment({ namespace: NAMESPACE, name: APP });
        assert.equal(deployment.status?.readyReplicas, 8);
        await assert.rejects(world.rollout());
    });
});
