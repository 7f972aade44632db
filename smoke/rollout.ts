import type { V1Deployment, V1Pod } from "@kubernetes/client-node";
import type { Rollout } from "./cluster/read";
import { servingVersion } from "./serving";

/** State of a rollout. */
export interface RolloutState {
    /** Whether all pods run the latest template and all desired pods are available. */
    readonly complete: boolean;
    /**
     * Whether waiting longer is pointless: the Deployment is missing, its progress deadline was exceeded, or a canary takes
     * its time while the pods that serve are well.
     */
    readonly hopeless: boolean;
    /** Whether a new version is under way, which is neither a failure nor an end. */
    readonly underWay?: boolean;
    /** One line, e.g. `1 of 2 pods available`. */
    readonly detail: string;
}

/**
 * Evaluates a rollout by the rules of `kubectl rollout status`; in addition, every pod must be Ready, and an autoscaler
 * must have requested its minimum of pods: a Deployment that leaves `replicas` to an autoscaler starts with one.
 */
export function rolloutState({ deployment, pods, rollout }: Rollout, fewest = 1): RolloutState {
    if (!deployment.ok || !pods.ok) {
        return { complete: false, hopeless: true, detail: deployment.ok ? "pods cannot be read" : deployment.reason };
    }
    const { metadata, spec, status } = deployment.value;
    const wanted = spec?.replicas ?? 1;
    const serving = servingVersion(rollout);
    if (serving !== undefined) {
        const judged = pods.value.filter(serving.has);
        const ready = judged.filter(isReady).length;
        // A canary takes the place of pods of the old version one by one.
        const well = ready === judged.length && (serving.shares ? pods.value : judged).filter(isReady).length >= wanted;
        return serving.newest === "delivered"
            ? { complete: well, hopeless: false, detail: `${ready} of ${wanted} serving pods Ready` }
            : {
                  complete: false,
                  hopeless: well || serving.newest === "failed",
                  underWay: serving.newest === "underWay",
                  detail: serving.detail,
              };
    }
    const [current, updated, available] = [status?.replicas, status?.updatedReplicas, status?.availableReplicas].map(
        (count) => count ?? 0,
    );
    const waiting = (detail: string): RolloutState => ({
        complete: false,
        hopeless: isStuck(deployment.value),
        detail,
    });
    if ((status?.observedGeneration ?? 0) < (metadata?.generation ?? 0)) {
        return waiting("the controller has not seen the newest version yet");
    }
    if (wanted < fewest) {
        return waiting(`the autoscaler asks for ${wanted} pods, not yet for its fewest, ${fewest}`);
    }
    if ((updated ?? 0) < wanted) {
        return waiting(`${updated ?? 0} of ${wanted} pods updated`);
    }
    if ((current ?? 0) > (updated ?? 0)) {
        return waiting(`${(current ?? 0) - (updated ?? 0)} old pods left`);
    }
    if ((available ?? 0) < wanted) {
        return waiting(`${available ?? 0} of ${wanted} pods available`);
    }
    const unready = pods.value.filter((pod) => !isReady(pod)).length;
    return unready > 0
        ? waiting(`${unready} pods not Ready`)
        : { complete: true, hopeless: false, detail: `${available ?? 0} of ${wanted} pods available` };
}

/** Whether a pod is running and Ready. */
export function isReady({ status }: V1Pod): boolean {
    const ready = status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True");
    return status?.phase === "Running" && ready === true;
}

/** Whether the Deployment controller gave up: there was no progress for `progressDeadlineSeconds`. */
function isStuck({ status }: V1Deployment): boolean {
    return (
        status?.conditions?.some(
            ({ type, reason }) => type === "Progressing" && reason === "ProgressDeadlineExceeded",
        ) ?? false
    );
}
