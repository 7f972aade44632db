import { type LiveRollout, stateOf, stepsOf } from "./live";

/** What is said of a Rollout, for scripts. */
export function rolloutReport(live: LiveRollout) {
    const { metadata, spec, status } = live;
    const { activeSelector, prePromotionAnalysisRunStatus, postPromotionAnalysisRunStatus } = status.blueGreen;
    const steps = stepsOf(live).length;
    return {
        name: metadata.name,
        state: stateOf(live),
        phase: status.phase,
        message: status.message,
        ...(spec.strategy.canary === undefined
            ? { service: activeSelector }
            : { step: Math.min(status.currentStepIndex ?? 0, steps), steps }),
        pods: { wanted: spec.replicas, available: status.availableReplicas, newest: status.updatedReplicas },
        version: { newest: status.currentPodHash, stable: status.stableRS },
        analysis:
            status.canary.currentBackgroundAnalysisRunStatus ??
            postPromotionAnalysisRunStatus ??
            prePromotionAnalysisRunStatus,
    };
}

/** Where the newest version is: the step of a canary; with blue/green, which version the Service leads to. */
export function placeOf({ spec, status }: LiveRollout): string {
    const steps = spec.strategy.canary?.steps.length;
    return steps === undefined
        ? `leads to the ${status.blueGreen.activeSelector === status.currentPodHash ? "newest" : "old"} version`
        : `${Math.min(status.currentStepIndex ?? 0, steps)} of ${steps}`;
}

/** One line for each change while a Rollout is watched. */
export function rolloutLine(live: LiveRollout): string {
    const { state, message, pods, analysis } = rolloutReport(live);
    const judged = analysis === undefined ? "" : `, analysis ${analysis.status}`;
    const where = `${live.spec.strategy.canary === undefined ? "the Service" : "step"} ${placeOf(live)}`;
    return `${state}: ${where}, ${pods.newest} of ${pods.wanted} pods new, ${pods.available} available${judged}${message === "" ? "" : ` (${message})`}`;
}
