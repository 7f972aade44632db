import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { migrate } from "../../cli/migrate/migrate";
import { NEVER_STARTS } from "../../local/controlPlane/stages";
import { WELL } from "../../local/delivery/prometheus";
import type { Engine } from "../../engine/preview";
import { driftReport } from "../../pipeline/live";
import { driftOf } from "../../pipeline/markdown";
import type { RunResult } from "../../process/run";
import { runAndCut } from "../faults/cut";
import { daily } from "../e2e/support/command";
import { onStack, output, paths, removeAll } from "../e2e/support/embedded";
import { APP, NAMESPACE, World } from "./world";

const STACK = ["--stack", "staging"];

const importSchema = z.object({ resources: z.array(z.object({ type: z.string(), id: z.string().optional() })) });

/** A step that a person ends, and one that ends by itself. */
const STEPS = [{ weight: 25, approval: true }, { weight: 50 }];

const shows = (result: RunResult, code: number, ...texts: readonly RegExp[]) => {
    assert.equal(result.code, code, output(result));
    for (const text of texts) {
        // Long lines are wrapped, and go on after spaces.
        assert.match(output(result).replaceAll(/\n {4,}/g, " "), text);
    }
};

describe("The commands beside a live canary", () => {
    let world: World;
    const rollout = (...argv: string[]) => daily("rollout", ...argv, ...STACK);
    const engine = (): Engine => {
        const { cli, configFile } = world.space;
        return { pulumi: cli.executable, env: cli.env, program: paths.checkout, stack: "staging", configFile };
    };
    const drift = async () => {
        const report = await driftReport(engine());
        assert.deepEqual(report.errors, []);
        return driftOf(report).map(({ op, object, details }) => [op, object, ...details.map(({ path }) => path)]);
    };

    /** A new version by a variable of the pods, at its first step. */
    const newVersion = async (name: string) => {
        world.set("mesh.env", { VERSION: name });
        await world.update();
        await world.until("at its first step", ({ status }) => status.phase === "Paused");
    };

    before(async () => {
        world = await World.open();
        world.canaries({ steps: STEPS });
    });

    after(async () => {
        await world.close().finally(removeAll);
    });

    it("x0 migrate finds a Rollout that another tool made, and writes it into the import file", async () => {
        await world.byHand();
        const file = join(paths.root, "import.json");
        const { text } = await migrate(engine(), file);
        assert.ok(text.includes(`  Rollout ${NAMESPACE}/${APP}\n`), text);
        const { resources } = importSchema.parse(JSON.parse(readFileSync(file, "utf8")));
        const rollout = resources.find(({ type }) => type === "kubernetes:argoproj.io/v1alpha1:Rollout");
        assert.equal(rollout?.id, `${NAMESPACE}/${APP}`);
        await world.removeNamespace();
        world.set("mesh.delivery", { type: "rolling" });
        await world.update();
        world.canaries({ steps: STEPS });
    });

    it("x0 recover adopts a Rollout whose update was killed while its pods started, and completes the update", async () => {
        const exists = () =>
            world.rollout().then(
                () => true,
                () => false,
            );
        const ended = new AbortController();
        const started = world.start(ended.signal);
        const cut = await runAndCut(world.space, ["up", "--yes", "--skip-preview", ...STACK], true, async () => {
            while (!(await exists())) {
                await sleep(50);
            }
        });
        assert.equal(cut, true);
        await started;
        const { metadata } = await world.rollout();
        shows(
            await daily("recover", ...STACK, "--dry-run"),
            0,
            new RegExp(`adopt +creating +Rollout ${NAMESPACE}/${APP}`),
        );
        shows(await daily("recover", ...STACK, "--confirm", "staging"), 0, /Writing the state/);
        assert.equal((await world.rollout()).metadata.uid, metadata.uid, "the Rollout was replaced");
        await world.healthy();
        const preview = await onStack(world.space, "staging", ["preview", "--refresh", "--expect-no-changes"]);
        assert.equal(preview.code, 0, output(preview));
    });

    it("x0 rollout status and watch say that the first version is delivered", async () => {
        shows(await rollout("status"), 0, /delivered: every pod is of the newest version/);
        shows(await rollout("watch"), 0, /delivered: step 4 of 4, 4 of 4 pods new/);
    });

    it("x0 rollout watch ends with 1 at a step that waits for a person, which status does not take for a fault", async () => {
        await newVersion("1");
        shows(await rollout("watch"), 1, /waiting: step 1 of 4, 1 of 4 pods new/);
        shows(await rollout("status"), 0, /waits for a person: npx x0 rollout promote, or abort/, /25 %/);
        shows(await rollout("status", "--json"), 0, /"state": "waiting"/);
    });

    it("x0 smoke says that a canary is under way and judges the pods that serve, without waiting for its end", async () => {
        const started = performance.now();
        const result = await world.smoke();
        shows(result, 0, /a new version is under way: waiting: step 1 of 4.*x0 rollout watch/);
        assert.doesNotMatch(output(result), /Waiting up to/);
        assert.ok(performance.now() - started < 60_000);
    });

    it("x0 smoke fails when a pod of the old version is not Ready, also then", async () => {
        const { status } = await world.rollout();
        const [pod = ""] = (await world.ready()).filter((name) => name.includes(`-${status.stableRS ?? ""}-`));
        await world.unready(pod);
        shows(await world.smoke(), 1, new RegExp(`pod ${pod}`), /under way/);
        await world.cluster.core.deleteNamespacedPod({ namespace: NAMESPACE, name: pod });
        await world.until("whole again", ({ status: { readyReplicas } }) => (readyReplicas ?? 0) >= 4);
    });

    it("x0 status shows where the canary is, and does not take it for a fault", async () => {
        const result = await daily("status", ...STACK);
        shows(result, 0, /Rollout +staging-x0tta6bl4 +\d\/4 ready +waiting: step 1 of 4/);
    });

    it("x0 pipeline drift finds nothing in a canary, and what was changed by hand beside it", async () => {
        assert.deepEqual(await drift(), []);
        await world.patch({ spec: { progressDeadlineSeconds: 77 } });
        assert.deepEqual(await drift(), [["update", `Rollout ${NAMESPACE}/${APP}`, "spec.progressDeadlineSeconds"]]);
        const result = await onStack(world.space, "staging", ["up", "--yes", "--skip-preview", "--refresh"]);
        assert.equal(result.code, 0, output(result));
        await world.until("still at its step", ({ status }) => status.phase === "Paused");
        assert.deepEqual(await drift(), []);
    });

    it("x0 rollout promote goes on, and watch follows it to its end with 0", async () => {
        shows(await rollout("promote"), 0, /Done: promote/);
        shows(await rollout("watch"), 0, /progressing: step \d of 4/, /delivered: step 4 of 4, 4 of 4 pods new/);
        shows(await rollout("promote"), 2, /there is nothing to promote/);
    });

    it("x0 rollout abort brings the old version back; watch, status and smoke say so with 1, and drift does not", async () => {
        const before = (await world.rollout()).status.stableRS;
        await newVersion("2");
        shows(await rollout("abort"), 0, /Done: abort/);
        await world.until("aborted", ({ status }) => status.phase === "Degraded");
        shows(await rollout("watch"), 1, /aborted: step 0 of 4/);
        shows(await rollout("status"), 1, /aborted: the old version serves/);
        await world.until("back", ({ status }) => (status.updatedReplicas ?? 0) === 0 && status.readyReplicas === 4);
        const smoke = await world.smoke();
        shows(smoke, 1, /the newest version is not delivered: aborted: .*x0 rollout status/);
        assert.match(output(smoke), /\b1 failed/, "only what is wrong fails");
        shows(await daily("status", ...STACK, "--exit-code"), 1, /aborted: step 0 of 4/);
        assert.deepEqual(await drift(), []);
        assert.equal((await world.rollout()).status.stableRS, before);
    });

    it("x0 rollout retry tries it again from the first step, and promote --full goes past all of them", async () => {
        shows(await rollout("retry"), 0, /Done: retry/);
        await world.until("at its first step", ({ status }) => status.phase === "Paused");
        shows(await rollout("promote", "--full"), 0);
        shows(await rollout("watch"), 0, /delivered/);
        shows(await daily("status", ...STACK, "--exit-code"), 0);
        shows(await world.smoke(), 0);
        shows(await rollout("retry"), 2, /was not aborted/);
        shows(await rollout("abort"), 2, /there is nothing to abort/);
    });

    it("onFailure pause holds the pods where an analysis fails, until a person promotes or aborts", async () => {
        world.canaries({ steps: [{ weight: 25 }, { weight: 50 }], onFailure: "pause" });
        await world.update();
        await world.healthy();
        world.prometheus.answer({ ...WELL, errors: [0.5] });
        world.set("mesh.env", { VERSION: "3" });
        await world.update();
        shows(await rollout("watch"), 1, /waiting: .*InconclusiveAnalysisRun/);
        const { status } = await world.rollout();
        assert.notEqual(status.abort, true);
        assert.ok((status.updatedReplicas ?? 0) >= 1, "the new pods stay");
        world.prometheus.answer(WELL);
        shows(await rollout("promote"), 0);
        shows(await rollout("watch"), 0, /delivered/);
    });

    it("onFailure pause stops where a pod does not start, and abort goes back", async () => {
        world.set("mesh.image", { tag: NEVER_STARTS });
        await world.update();
        shows(await rollout("watch"), 1, /stopped: step 0 of 4, 1 of 4 pods new.*ProgressDeadlineExceeded/);
        shows(await world.smoke(), 1, /the newest version is not delivered: stopped/);
        shows(await rollout("promote"), 2, /goes no further/);
        shows(await rollout("abort"), 0);
        shows(await rollout("watch"), 1, /aborted/);
        world.set("mesh.image", {});
        await world.update();
        await world.healthy();
    });
});
