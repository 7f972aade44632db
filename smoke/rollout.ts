import type { V1Deployment, V1Pod } from "@kubernetes/client-node";
import type { Rollout } from "./cluster/read";

/** How far a rollout is. */
export interface RolloutState {
    /** Whether the newest template runs everywhere and all wanted pods are available. */
    readonly complete: boolean;
    /** Whether waiting longer cannot help: the Deployment is missing or its progress deadline passed. */
    readonly hopeless: boolean;
    /** One line, e.g. `1 of 2 pods available`. */
    readonly detail: string;
}

/**
 * The rules of `kubectl rollout status`, that every pod is Ready, and that an autoscaler has asked for its fewest pods: a
 * Deployment that leaves `replicas` to it starts with one.
 */
export function rolloutState({ deployment, pods }: Rollout, fewest = 1): RolloutState {
    if (!deployment.ok || !pods.ok) {
        return { complete: false, hopeless: true, detail: deployment.ok ? "pods cannot be read" : deployment.reason };
    }
    const { metadata, spec, status } = deployment.value;
    const wanted = spec?.replicas ?? 1;
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

/** Whether a pod runs and has the condition Ready. */
export function isReady({ status }: V1Pod): boolean {
    const ready = status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True");
    return status?.phase === "Running" && ready === true;
}

/** Whether the controller gave up: `progressDeadlineSeconds` passed without progress. */
function isStuck({ status }: V1Deployment): boolean {
    return (
        status?.conditions?.some(
            ({ type, reason }) => type === "Progressing" && reason === "ProgressDeadlineExceeded",
        ) ?? false
    );
}
