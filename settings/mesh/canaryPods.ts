/** Pods of both versions at one step. */
export interface CanaryPods {
    /** Pods of the new version. */
    readonly canary: number;
    /** Pods of the old version. */
    readonly stable: number;
}

/** Largest difference between the share that is asked for and the one that whole pods make (percentage points). */
const TOLERANCE = 1;

/**
 * Pods at a weight, as the controller computes them without a traffic router and with one pod more than wanted allowed:
 * `approximateWeightedCanaryStableReplicaCounts` in utils/replicaset/canary.go of Argo Rollouts 1.10. Of the whole pods
 * below and above the weight, among all pods and one more, the first that comes closest.
 * @param replicas Wanted pods, at least 1.
 * @param weight Share of the new version (%), 1 to 99.
 */
export function canaryPods(replicas: number, weight: number): CanaryPods {
    const up = Math.ceil((replicas * weight) / 100);
    const down = Math.floor((replicas * weight) / 100);
    const tied = (total: number) => (total * weight) % 100 === 50;
    const options = [
        ...(up < replicas ? [{ canary: up, total: replicas }] : []),
        ...(!tied(replicas) && down > 0 ? [{ canary: down, total: replicas }] : []),
        { canary: up, total: replicas + 1 },
        ...(!tied(replicas + 1) && down > 0 ? [{ canary: down, total: replicas + 1 }] : []),
    ];
    const distance = ({ canary, total }: (typeof options)[number]) => Math.abs((canary * 100) / total - weight);
    const best = options.reduce((found, option) => (distance(option) < distance(found) ? option : found));
    return { canary: best.canary, stable: best.total - best.canary };
}

/** Share of the new version that a weight gives in whole pods (%). */
export function actualWeight(replicas: number, weight: number): number {
    const { canary, stable } = canaryPods(replicas, weight);
    return (canary * 100) / (canary + stable);
}

/** Whether whole pods make a weight, but for rounding to a whole percentage. */
export function isWhole(replicas: number, weight: number): boolean {
    return Math.abs(actualWeight(replicas, weight) - weight) < TOLERANCE;
}

/** Weights that whole pods make, rising: one for each number of new pods. */
export function wholeWeights(replicas: number): number[] {
    return replicas === 1
        ? [50]
        : Array.from({ length: replicas - 1 }, (_, index) => Math.round(((index + 1) * 100) / replicas));
}

/** Weights of a canary without steps of its own: one pod, then half of the pods. */
export function defaultWeights(replicas: number): number[] {
    const weights = wholeWeights(replicas);
    const half = weights[Math.max(0, Math.ceil(replicas / 2) - 1)];
    return [...new Set([weights[0] ?? 50, half ?? 50])];
}
