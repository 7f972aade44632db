import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { HASH_LABEL } from "../../components/delivery/names";
import { WELL } from "../../local/delivery/prometheus";
import type { Engine } from "../../engine/preview";
import { driftReport } from "../../pipeline/live";
import { driftOf } from "../../pipeline/markdown";
import { daily } from "../e2e/support/command";
import { onStack, output, paths, removeAll } from "../e2e/support/embedded";
import type { Sampled } from "./sampling";
import { NAMESPACE, World } from "./world";

/** Pods that the stack wants. */
const WANTED = 4;

const STACK = ["--stack", "staging"];

describe("Blue/green with the real controller of Argo Rollouts", () => {
    let world: World;
    const active = async () => (await world.rollout()).status.blueGreen?.activeSelector ?? "";
    const aborted = () =>
        world.until("aborted", ({ status: { phase, abort } }) => phase === "Degraded" && abort === true);

    /** Delivers a new version by a variable of the pods. */
    const update = async (version: string) => {
        world.set("mesh.env", { VERSION: version });
        await world.update();
    };

    before(async () => {
        world = await World.open();
        await world.update();
    });

    after(async () => {
        await world.close().finally(removeAll);
    });

    it("takes over a running stack in one update, without a pod less, also behind the Service", async () => {
        world.blueGreen();
        let served: Sampled = { fewest: 0, samples: 0, versions: [] };
        const { fewest } = await world.fewestDuring(async () => {
            served = await world.servedDuring(() => world.takeOver());
        });
        assert.ok(fewest >= WANTED, `${fewest} pods were Ready`);
        assert.ok(served.samples > 10);
        assert.ok(served.fewest >= WANTED, `${served.fewest} pods were behind the Service`);
        assert.notEqual(await active(), "");
    });

    it("has nothing to change then, and no drift, though the controller has narrowed the Service", async () => {
        for (const refresh of [[], ["--refresh"]]) {
            const preview = await onStack(world.space, "staging", ["preview", "--expect-no-changes", ...refresh]);
            assert.equal(preview.code, 0, output(preview));
        }
        const { cli, configFile } = world.space;
        const engine: Engine = {
            ...{ pulumi: cli.executable, env: cli.env, program: paths.checkout },
            ...{ stack: "staging", configFile },
        };
        assert.deepEqual(driftOf(await driftReport(engine)), []);
    });

    it("delivers a good version at once, and the old pods stay for a way back", async () => {
        const before = await active();
        const { fewest } = await world.servedDuring(async () => {
            await update("good");
            assert.equal(await active(), before, "the update must not wait for the switch");
            await world.healthy();
        });
        assert.ok(fewest >= WANTED, `${fewest} pods were behind the Service`);
        const now = await active();
        assert.notEqual(now, before);
        assert.ok((await world.behindService()).every((pod) => pod.includes(`-${now}-`)));
        assert.equal((await world.ready()).length, 2 * WANTED);
        const asked = world.prometheus.asked.filter((query) => query.includes(`-${now}-`)).length;
        assert.ok(asked >= 2 * 2 * 4, `four metrics, twice before the switch and twice after it: ${asked}`);
        const smoke = await world.smoke();
        assert.equal(smoke.code, 0, output(smoke));
        assert.match(output(smoke), /4 of 4 serving pods Ready/);
    });

    it("goes back to the version before by the old settings while its pods stay, without a new pod", async () => {
        const pods = (await world.ready()).sort();
        world.set("mesh.env", {});
        await world.update();
        await world.healthy();
        assert.deepEqual((await world.ready()).sort(), pods);
    });

    it("is aborted by an analysis that fails before the switch: nobody has been served by the new version", async () => {
        const before = await active();
        world.prometheus.answer({ ...WELL, errors: [0.5] });
        const { versions } = await world.servedDuring(async () => {
            await update("bad before");
            await aborted();
        });
        assert.deepEqual(versions, [before]);
        assert.match((await world.rollout()).status.message ?? "", /pre-promotion.*errors/);
    });

    it("is switched back by an analysis that fails after the switch, without a pod less", async () => {
        const before = await active();
        world.prometheus.answer(WELL);
        const { fewest, versions } = await world.servedDuring(async () => {
            await update("bad after");
            while ((await active()) === before) {
                await sleep(100);
            }
            world.prometheus.answer({ ...WELL, errors: [0.5] });
            await aborted();
            await world.until("switched back", ({ status }) => status.blueGreen?.activeSelector === before);
        });
        assert.ok(fewest >= WANTED, `${fewest} pods were behind the Service`);
        assert.equal(versions.length, 2);
        assert.match((await world.rollout()).status.message ?? "", /post-promotion.*errors/);
        const smoke = await world.smoke();
        assert.equal(smoke.code, 1, output(smoke));
        assert.match(output(smoke), /\b1 failed/, output(smoke));
    });

    it("takes no samples for no evidence against the new version", async () => {
        world.prometheus.answer({ ...WELL, errors: [], latency: [Number.NaN] });
        await update("unmeasured");
        await world.until("healthy", ({ status }) => status.phase === "Healthy");
    });

    it("waits for a person where the settings say so; smoke judges the pods that serve meanwhile", async () => {
        world.blueGreen({ autoPromotion: false });
        await world.update();
        await world.healthy();
        const before = await active();
        await update("approved");
        const watch = await daily("rollout", "watch", ...STACK);
        assert.equal(watch.code, 1, output(watch));
        assert.match(output(watch), /waiting: the Service leads to the old version, 4 of 4 pods new/);
        const smoke = await world.smoke();
        assert.equal(smoke.code, 0, output(smoke));
        assert.match(output(smoke), /a new version is under way: waiting/);
        assert.equal(await active(), before);
        const promote = await daily("rollout", "promote", ...STACK);
        assert.equal(promote.code, 0, output(promote));
        const end = await daily("rollout", "watch", ...STACK);
        assert.equal(end.code, 0, output(end));
        assert.notEqual(await active(), before);
    });

    it("holds what it has where the settings say pause, and a person decides without a verdict", async () => {
        world.blueGreen({ onFailure: "pause" });
        await world.update();
        await world.healthy();
        const before = await active();
        world.prometheus.answer({ ...WELL, errors: [0.5] });
        await update("unclear");
        const watch = await daily("rollout", "watch", ...STACK);
        assert.match(output(watch), /waiting: the Service leads to the old version.*InconclusiveAnalysisRun/);
        const again = await daily("rollout", "promote", ...STACK);
        assert.equal(again.code, 0, output(again));
        await world.until(
            "measured again",
            ({ status }) => status.blueGreen?.prePromotionAnalysisRunStatus?.name.endsWith(".1") === true,
        );
        await world.until("paused again", ({ status }) => status.phase === "Paused");
        assert.equal(await active(), before);
        const promote = await daily("rollout", "promote", "--full", ...STACK);
        assert.equal(promote.code, 0, output(promote));
        const end = await daily("rollout", "watch", ...STACK);
        assert.equal(end.code, 0, output(end));
    });

    it("refuses a Deployment in its place, whose pods the Service would not select", async () => {
        world.set("mesh.delivery", { type: "rolling" });
        const up = await onStack(world.space, "staging", ["up", "--yes", "--skip-preview"]);
        assert.notEqual(up.code, 0);
        assert.match(output(up), /Go back to canaries first: +pulumi config set --stack staging/);
    });

    it("takes over from canaries, without a pod less, also behind the Service", async () => {
        world.canaries();
        await world.update();
        await world.healthy();
        world.blueGreen();
        const { fewest, samples } = await world.servedDuring(async () => {
            await world.update();
            await world.healthy();
        });
        assert.ok(samples > 10);
        assert.ok(fewest >= WANTED, `${fewest} pods were behind the Service`);
        assert.notEqual(await active(), "");
        await update("after canaries");
        await world.healthy();
        assert.ok((await world.behindService()).length >= WANTED);
    });

    it("follows an autoscaler that asks for more pods before the switch", async () => {
        world.blueGreen({ autoPromotion: false });
        world.set("mesh.autoscaling", { enabled: true, minReplicas: WANTED, maxReplicas: 8 });
        await world.update();
        await world.healthy();
        const before = await active();
        await update("scaled");
        await world.until("paused", ({ status }) => status.phase === "Paused");
        world.set("mesh.autoscaling", { enabled: true, minReplicas: 6, maxReplicas: 8 });
        await world.update();
        await world.until("of six pods", ({ spec, status }) => spec.replicas === 6 && status.updatedReplicas === 6);
        assert.equal(await active(), before);
        assert.equal((await daily("rollout", "promote", ...STACK)).code, 0);
        await world.healthy();
        assert.notEqual(await active(), before);
        assert.equal((await world.behindService()).length, 6);
        const preview = await onStack(world.space, "staging", ["preview", "--refresh", "--expect-no-changes"]);
        assert.equal(preview.code, 0, output(preview));
        world.set("mesh.autoscaling", { enabled: false });
        await world.update();
        await world.healthy();
    });

    it("becomes canaries, then a Deployment, without a pod less, also behind the Service", async () => {
        world.canaries();
        for (const next of ["canary", "rolling"]) {
            if (next === "rolling") {
                world.set("mesh.delivery", { type: "rolling" });
            }
            const { fewest, samples } = await world.servedDuring(() => world.update());
            assert.ok(samples > 10);
            assert.ok(fewest >= WANTED, `${fewest} pods were behind the Service on the way to ${next}`);
            const name = "staging-x0tta6bl4";
            const { spec } = await world.cluster.core.readNamespacedService({ namespace: NAMESPACE, name });
            assert.equal(HASH_LABEL in (spec?.selector ?? {}), false);
        }
    });
});
