import assert from "node:assert/strict";
import { type Action, patchOf } from "../../cli/rollout/actions";
import { type LiveRollout, parseRollout, type DeliveryState, stateOf } from "../../kube/rollout/live";
import { rolloutText } from "../../cli/rollout/text";
import { rolloutLine, rolloutReport } from "../../kube/rollout/report";
import { CannotRun } from "../../errors";

const STEPS = [{ setWeight: 50 }, { pause: { duration: "300s" } }, { setWeight: 75 }, { pause: {} }];

/** What holds a Rollout. */
const PAUSE = { reason: "BlueGreenPause" };
const INCONCLUSIVE = { reason: "InconclusiveAnalysisRun" };

/** A Rollout of two versions with a status. */
function rollout(status: Record<string, unknown>): LiveRollout {
    return parseRollout(
        JSON.stringify({
            metadata: { name: "staging-x0tta6bl4", generation: 12 },
            spec: { replicas: 4, strategy: { canary: { steps: STEPS } } },
            status: {
                observedGeneration: "12",
                currentPodHash: "new",
                stableRS: "old",
                updatedReplicas: 2,
                availableReplicas: 4,
                ...status,
            },
        }),
    );
}

/** A Rollout with blue/green, whose Service leads to a version. */
function blueGreen(active: string, status: Record<string, unknown>): LiveRollout {
    const { metadata, spec, status: shared } = rollout({ updatedReplicas: 4, ...status });
    return parseRollout(
        JSON.stringify({
            metadata,
            spec: { ...spec, strategy: { blueGreen: { activeService: "staging-x0tta6bl4" } } },
            status: { ...shared, blueGreen: { ...shared.blueGreen, activeSelector: active } },
        }),
    );
}

/** A Rollout in each state. */
const IN: Readonly<Record<DeliveryState, LiveRollout>> = {
    unseen: rollout({ phase: "Healthy", observedGeneration: "11" }),
    delivered: rollout({
        phase: "Healthy",
        currentPodHash: "new",
        stableRS: "new",
        updatedReplicas: 4,
        currentStepIndex: 4,
    }),
    progressing: rollout({ phase: "Paused", currentStepIndex: 1, pauseConditions: [{ reason: "CanaryPauseStep" }] }),
    waiting: rollout({ phase: "Paused", currentStepIndex: 3, pauseConditions: [{ reason: "CanaryPauseStep" }] }),
    stopped: rollout({ phase: "Degraded", message: "ProgressDeadlineExceeded: ReplicaSet has timed out" }),
    aborted: rollout({ phase: "Degraded", abort: true, message: "RolloutAborted: metric errors assessed Failed" }),
};

describe("x0 rollout", () => {
    for (const [state, live] of Object.entries(IN)) {
        it(`knows a Rollout that is ${state}`, () => {
            assert.equal(stateOf(live), state);
            assert.ok(rolloutLine(live).startsWith(`${state}: step `));
        });
    }

    it("compares the generation as the text that it is, so that the state of the version before is not taken for the newest", () => {
        assert.equal(stateOf(rollout({ phase: "Healthy", observedGeneration: "2" })), "unseen");
        assert.equal(stateOf(rollout({ phase: "Healthy" })), "delivered");
    });

    it("takes an inconclusive analysis for one that waits for a person, also at a timed step", () => {
        const live = rollout({
            phase: "Paused",
            currentStepIndex: 1,
            pauseConditions: [{ reason: "InconclusiveAnalysisRun" }],
        });
        assert.equal(stateOf(live), "waiting");
    });

    const patches: [Action, LiveRollout, object][] = [
        ["promote", IN.waiting, { pauseConditions: null }],
        [
            "promote",
            rollout({ phase: "Progressing", currentStepIndex: 0 }),
            { pauseConditions: null, currentStepIndex: 1 },
        ],
        [
            "promote",
            rollout({
                phase: "Paused",
                currentStepIndex: 1,
                controllerPause: true,
                pauseConditions: [{ reason: "InconclusiveAnalysisRun" }],
            }),
            { pauseConditions: null },
        ],
        ["promote", blueGreen("old", { phase: "Paused", pauseConditions: [PAUSE] }), { pauseConditions: null }],
        ["abort", IN.progressing, { abort: true }],
        ["abort", IN.stopped, { abort: true }],
        ["retry", IN.aborted, { abort: false }],
    ];
    for (const [action, live, patch] of patches) {
        it(`changes ${JSON.stringify(patch)} to ${action} one that is ${stateOf(live)}`, () => {
            assert.deepEqual(patchOf(action, live), patch);
        });
    }

    it("promotes past everything on request", () => {
        assert.deepEqual(patchOf("promote", IN.progressing, { full: true }), { promoteFull: true });
    });

    const refused: [Action, DeliveryState, RegExp][] = [
        ["promote", "delivered", /nothing to promote/],
        ["promote", "aborted", /was aborted/],
        ["promote", "unseen", /has not seen the newest version/],
        ["promote", "stopped", /goes no further: ProgressDeadlineExceeded/],
        ["abort", "delivered", /nothing to abort/],
        ["abort", "aborted", /nothing to abort/],
        ["retry", "progressing", /was not aborted/],
        ["retry", "delivered", /was not aborted/],
    ];
    for (const [action, state, message] of refused) {
        it(`refuses to ${action} one that is ${state}, and says what to do`, () => {
            assert.throws(
                () => patchOf(action, IN[state]),
                (error) => error instanceof CannotRun && message.test(error.message) && error.fix !== "",
            );
        });
    }

    it("refuses to switch the Service while nothing waits, but past everything on request", () => {
        const live = blueGreen("old", { phase: "Progressing" });
        assert.throws(() => patchOf("promote", live), /does not wait/);
        assert.deepEqual(patchOf("promote", live, { full: true }), { promoteFull: true });
    });

    it("measures again where the analysis gave no verdict", () => {
        const live = blueGreen("old", { phase: "Paused", pauseConditions: [INCONCLUSIVE] });
        assert.equal(stateOf(live), "waiting");
        assert.deepEqual(patchOf("promote", live), { pauseConditions: null });
    });

    it("says of blue/green which version the Service leads to, and what judged last", () => {
        const run = (name: string) => ({ name, status: "Running" });
        const live = blueGreen("old", {
            phase: "Paused",
            pauseConditions: [PAUSE],
            blueGreen: { prePromotionAnalysisRunStatus: run("run-pre") },
        });
        assert.equal(stateOf(live), "waiting");
        assert.match(rolloutLine(live), /^waiting: the Service leads to the old version, 4 of 4 pods new/);
        assert.match(rolloutText(live, { columns: 100, colour: false }), /service +leads to the old version/);
        const after = blueGreen("new", {
            phase: "Progressing",
            blueGreen: { postPromotionAnalysisRunStatus: run("p") },
        });
        assert.match(rolloutLine(after), /^progressing: the Service leads to the newest version/);
        assert.equal(rolloutReport(after).analysis?.name, "p");
    });

    it("refuses to abort the first version, which no other one can replace", () => {
        const first = rollout({ phase: "Progressing", stableRS: "" });
        assert.throws(() => patchOf("abort", first), /first version/);
    });

    it("shows state, step, pods and what the analysis says", () => {
        const live = rollout({
            phase: "Paused",
            currentStepIndex: 1,
            pauseConditions: [{ reason: "CanaryPauseStep" }],
            canary: { currentBackgroundAnalysisRunStatus: { name: "run-1", status: "Running" } },
        });
        const text = rolloutText(live, { columns: 100, colour: false });
        assert.match(text, /step +1 of 4, 50 %/);
        assert.match(text, /pods +4 of 4 available, 2 of the newest version/);
        assert.match(text, /versions +new beside old/);
        assert.match(text, /analysis +Running, run-1/);
        assert.equal(rolloutReport(live).state, "progressing");
    });

    it("refuses what is no Rollout with canaries", () => {
        assert.throws(() => parseRollout("{}"), CannotRun);
    });
});
