import type { CoreV1Api, V1Pod } from "@kubernetes/client-node";
import { availableParallelism, loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { IDENTITY_WAIT } from "../../../components/mesh/identity";

/** Time between two looks (ms): how exact the times are. */
const LOOK_MS = 100;

/** Longest wait for the identities of all pods (ms). */
const LONGEST_MS = 180_000;

/** Whether the sidecar of a pod has an SVID: the kubelet says that it has started once its startup probe fetched one. */
export function hasIdentity({ status }: V1Pod): boolean {
    return (status?.initContainerStatuses ?? []).some(
        ({ name, started }) => name === IDENTITY_WAIT && started === true,
    );
}

/** Restarts of all containers and init containers of pods. */
export function restartsOf(pods: readonly V1Pod[]): number {
    return pods
        .flatMap(({ status }) => [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])])
        .reduce((sum, { restartCount }) => sum + restartCount, 0);
}

/**
 * Seconds from a pod's creation until its identity is there, for each pod of a selector that is not there yet: call it, then
 * create them. A pod's creation has a resolution of one second, so half a second is taken off.
 */
export async function identityTimes(
    core: CoreV1Api,
    namespace: string,
    labelSelector: string,
    known: ReadonlySet<string>,
    count: number,
): Promise<number[]> {
    const times = new Map<string, number>();
    for (const end = Date.now() + LONGEST_MS; times.size < count;) {
        const { items } = await core.listNamespacedPod({ namespace, labelSelector });
        for (const pod of items) {
            const { uid = "", creationTimestamp } = pod.metadata ?? {};
            if (creationTimestamp !== undefined && !known.has(uid) && !times.has(uid) && hasIdentity(pod)) {
                times.set(uid, Math.max(0, (Date.now() - creationTimestamp.getTime()) / 1000 - 0.5));
            }
        }
        if (Date.now() > end) {
            throw new Error(`${times.size} of ${count} pods have an identity after ${LONGEST_MS / 1000} s`);
        }
        await sleep(LOOK_MS);
    }
    return [...times.values()].sort((a, b) => a - b);
}

/** A percentile of sorted numbers, by the nearest rank. */
export function percentile(sorted: readonly number[], percent: number): number {
    return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0;
}

/** Sorted times in words, with the machine's load, without which they say little. */
export function describeTimes(sorted: readonly number[]): string {
    const at = (percent: number) => `${percentile(sorted, percent).toFixed(1)} s`;
    const load = `load average ${loadavg()[0]?.toFixed(1) ?? "?"} on ${availableParallelism()} cores`;
    return `${sorted.length} pods: median ${at(50)}, 95th percentile ${at(95)}, longest ${at(100)}; ${load}`;
}
