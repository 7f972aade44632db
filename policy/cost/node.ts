import { GIB, MIB, minus, type Amounts } from "./amounts";

/** How a provider's nodes keep resources back for the kubelet, the container runtime and the operating system. */
export const RESERVATIONS = ["eks", "gke", "aks", "none"] as const;

/** See {@link RESERVATIONS}. */
export type Reservation = (typeof RESERVATIONS)[number];

/** A type of node. */
export interface NodeType {
    /** Name at its provider, e.g. `m6i.large`. */
    readonly name: string;
    /** All that it has. */
    readonly capacity: Amounts;
    /** Most pods that the kubelet starts on it. */
    readonly maxPods: number;
    /** How it keeps resources back, or how much. */
    readonly reserved: Reservation | Amounts;
}

/** Memory at which the kubelet starts to evict pods, which it keeps back beside its own: `evictionHard.memory.available`. */
const EVICTION = 100 * MIB;

/** Shares of the cores that are kept back, core by core: 6 % of the first, 1 % of the second, 0.5 % of two, 0.25 % of the rest. */
const CORES: readonly (readonly [cores: number, share: number])[] = [
    [1, 0.06],
    [1, 0.01],
    [2, 0.005],
    [Number.POSITIVE_INFINITY, 0.0025],
];

/** Shares of memory that GKE keeps back, from the first byte on; cloud.google.com/kubernetes-engine, "Plan node sizes". */
const GKE_MEMORY: readonly (readonly [bytes: number, share: number])[] = [
    [4 * GIB, 0.25],
    [4 * GIB, 0.2],
    [8 * GIB, 0.1],
    [112 * GIB, 0.06],
    [Number.POSITIVE_INFINITY, 0.02],
];

/** CPU that AKS keeps back by cores (thousandths); learn.microsoft.com/azure/aks/node-resource-reservations. */
const AKS_CPU: readonly (readonly [cores: number, milli: number])[] = [
    [1, 60],
    [2, 100],
    [4, 140],
    [8, 180],
    [16, 260],
    [32, 420],
    [64, 740],
];

/** What the node keeps back for itself, the threshold of evictions included. */
export function reservedOf({ capacity, maxPods, reserved }: NodeType): Amounts {
    const cores = capacity.cpu / 1000;
    switch (reserved) {
        case "eks":
            // The bootstrap script of the Amazon Linux images: 255 MiB and 11 MiB for each pod.
            return { cpu: Math.round(1000 * inSteps(cores, CORES)), memory: (255 + 11 * maxPods) * MIB + EVICTION };
        case "gke":
            return {
                cpu: Math.round(1000 * inSteps(cores, CORES)),
                memory: Math.ceil(inSteps(capacity.memory, GKE_MEMORY)) + EVICTION,
            };
        case "aks": {
            // From AKS 1.29 on: 20 MB for each pod and 50 MB, at most a quarter.
            const [, cpu] = AKS_CPU.findLast(([atLeast]) => cores >= atLeast) ?? [0, 60];
            const memory = Math.min((20 * maxPods + 50) * 1e6, capacity.memory / 4);
            return { cpu, memory: memory + EVICTION };
        }
        case "none":
            return { cpu: 0, memory: 0 };
        default:
            return reserved;
    }
}

/** What pods can request on a node: `status.allocatable`. */
export function allocatableOf(node: NodeType): Amounts {
    const { cpu, memory } = minus(node.capacity, reservedOf(node));
    return { cpu: Math.max(Math.floor(cpu), 0), memory: Math.max(Math.floor(memory), 0) };
}

/** A share of an amount that is taken step by step. */
function inSteps(amount: number, steps: readonly (readonly [size: number, share: number])[]): number {
    let [left, taken] = [amount, 0];
    for (const [size, share] of steps) {
        const part = Math.min(left, size);
        taken += part * share;
        left -= part;
    }
    return taken;
}
