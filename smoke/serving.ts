import type { V1Pod } from "@kubernetes/client-node";
import { HASH_LABEL } from "../components/delivery/names";
import { stateOf } from "../kube/rollout/live";
import { rolloutLine } from "../kube/rollout/report";
import type { ReadRollout } from "./cluster/workload";

/** The version that serves beside another one: what is evaluated while a new version is not delivered. */
export interface Serving {
    /** Whether a pod is of this version. */
    readonly has: (pod: V1Pod) => boolean;
    /** Whether a pod is of the newest version. */
    readonly isNewest: (pod: V1Pod) => boolean;
    /** Whether pods of other versions get requests, too: those of a canary do, a preview does not. */
    readonly shares: boolean;
    /** What has become of the newest version; `failed` when the controller went back, or goes no further. */
    readonly newest: "delivered" | "underWay" | "failed";
    /** The same in words, with the command that says more. */
    readonly detail: string;
}

/**
 * The version that serves, where that is not simply all pods. `undefined` for a Deployment, a delivered canary, the first
 * version of a Rollout, and until the controller has seen the newest settings.
 */
export function servingVersion(rollout: ReadRollout | undefined): Serving | undefined {
    if (rollout === undefined) {
        return undefined;
    }
    const { live } = rollout;
    const { status } = live;
    const state = stateOf(live);
    const shares = live.spec.strategy.canary !== undefined;
    const hash = shares ? status.stableRS : status.blueGreen.activeSelector;
    // Blue/green keeps the pods of the old version for a while, without requests.
    if (state === "unseen" || hash === "" || (state === "delivered" && shares)) {
        return undefined;
    }
    const failed = state === "aborted" || state === "stopped";
    return {
        has: ({ metadata }) => metadata?.labels?.[HASH_LABEL] === hash,
        isNewest: ({ metadata }) => metadata?.labels?.[HASH_LABEL] === status.currentPodHash,
        shares,
        newest: state === "delivered" ? "delivered" : failed ? "failed" : "underWay",
        detail: `${failed ? "the newest version is not delivered" : "a new version is under way"}: ${rolloutLine(live)}; see npx x0 rollout ${failed ? "status" : "watch"}`,
    };
}
