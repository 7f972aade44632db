import { type LiveRollout, stateOf } from "./live";

/** What is said of a Rollout, for scripts. */
export function rolloutReport(live: LiveRollout) {
    const { metadata, spec, status } = live;
    return {
        name: metadata.name,
        state: stateOf(live),
        phase: status.phase,
        message: status.message,
        step: Math.min(status.currentStepIndex ?? 0, spec.strategy.canary.steps.length),
        steps: spec.strategy.canary.steps.length,
        pods: { wanted: spec.replicas, available: status.availableReplicas, newest: status.updatedReplicas },
        version: { newest: status.currentPodHash, stable: status.stableRS },
        analysis: status.canary.currentBackgroundAnalysisRunStatus,
    };
}

/** One line for each change while a Rollout is watched. */
export function rolloutLine(live: LiveRollout): string {
    const { state, message, step, steps, pods, analysis } = rolloutReport(live);
    const judged = analysis === undefined ? "" : `, analysis ${analysis.status}`;
    return `${state}: step ${step} of ${steps}, ${pods.newest} of ${pods.wanted} pods new, ${pods.available} available${judged}${message === "" ? "" : ` (${message})`}`;
}
