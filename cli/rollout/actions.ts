import { CannotRun } from "../../errors";
import { type LiveRollout, stateOf, stepsOf } from "../../kube/rollout/live";

/** What a person may do with a Rollout. */
export type Action = "promote" | "abort" | "retry";

/** Options of an action. */
export interface ActionOptions {
    /** Promote past all steps and the analysis. */
    readonly full?: boolean;
}

/**
 * What an action changes in the status, as the kubectl plugin of Argo Rollouts does it (pkg/kubectl-argo-rollouts/cmd).
 * @throws CannotRun when the Rollout is not in a state for it.
 */
export function patchOf(action: Action, live: LiveRollout, { full = false }: ActionOptions = {}): object {
    const state = stateOf(live);
    const { status } = live;
    if (state === "unseen") {
        throw new CannotRun(
            "the controller has not seen the newest version yet",
            "wait a moment; if it stays so, the controller does not run: npx x0 status",
        );
    }
    switch (action) {
        case "promote":
            if (state === "delivered") {
                throw new CannotRun(
                    "the newest version is delivered: there is nothing to promote",
                    "npx x0 rollout status",
                );
            }
            if (state === "aborted") {
                throw new CannotRun("the newest version was aborted", "try it again first: npx x0 rollout retry");
            }
            if (state === "stopped") {
                throw new CannotRun(
                    `the newest version goes no further: ${status.message}`,
                    "correct it and update, or go back: npx x0 rollout abort",
                );
            }
            return full ? { promoteFull: true } : unpaused(live);
        case "abort":
            if (state === "delivered" || state === "aborted") {
                throw new CannotRun(
                    `the newest version is ${state}: there is nothing to abort`,
                    "npx x0 rollout status",
                );
            }
            if (status.stableRS === "") {
                throw new CannotRun(
                    "the first version is still being created: there is no old one to go back to",
                    "npx x0 status",
                );
            }
            return { abort: true };
        case "retry":
            if (!status.abort) {
                throw new CannotRun(
                    "the newest version was not aborted: there is nothing to try again",
                    "npx x0 rollout status",
                );
            }
            return { abort: false };
    }
}

/** To the next step; with blue/green to the switch of the Service. */
function unpaused(live: LiveRollout): object {
    const { spec, status } = live;
    if (spec.strategy.canary === undefined) {
        return switched(live);
    }
    const next = Math.min((status.currentStepIndex ?? 0) + 1, stepsOf(live).length);
    // A pause without a verdict ends with a new analysis: the one that gave none would pause it again at once.
    return status.pauseConditions.length === 0
        ? { pauseConditions: null, currentStepIndex: next }
        : { pauseConditions: null };
}

function switched(live: LiveRollout): object {
    if (live.status.pauseConditions.length === 0) {
        throw new CannotRun(
            "the newest version does not wait: its pods start, or are evaluated",
            "npx x0 rollout watch; without the analysis: npx x0 rollout promote --full",
        );
    }
    return { pauseConditions: null };
}
