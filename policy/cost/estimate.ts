import { GIB, minus, NONE, plus, times, type Amounts } from "./amounts";
import type { VolumeClaim, NamedClaim } from "./claims";
import { allocatableOf, reservedOf } from "./node";
import { pack } from "./packing";
import { OTHER_CLASSES, type PricedNode, type Prices } from "./prices";
import type { PodGroup } from "./pods";

/** Hours of a month, as the cloud providers count: 365 days of 24 hours by 12. */
export const HOURS_PER_MONTH = 730;

/** What an estimate is made under. */
export interface CostTerms {
    /** Type of all nodes. */
    readonly node: PricedNode;
    /** Zones that the nodes are in. */
    readonly zones: number;
    /** What pods of others request on each node, e.g. of the cluster itself. */
    readonly others: Amounts;
    /** Prices. */
    readonly prices: Prices;
}

/** Objects that cost something. */
export interface Demand {
    /** Pods. */
    readonly groups: readonly PodGroup[];
    /** Volumes that are objects by themselves. */
    readonly claims: readonly NamedClaim[];
}

/** An autoscaler's bound. */
export type Bound = "least" | "most";

/** CPU and memory, and their part of the nodes' price for a month. */
export interface PricedAmounts extends Amounts {
    readonly monthly: number;
}

/** What a stack needs and costs with so many pods. */
export interface Scenario {
    /** Nodes, with room for the extra pods of a rollout. */
    readonly nodes: number;
    /** All that the nodes have. */
    readonly capacity: PricedAmounts;
    /** Requests of the pods that run all the time. */
    readonly used: PricedAmounts;
    /** What the nodes keep back for themselves, and what pods of others request. */
    readonly reserved: PricedAmounts;
    /** The rest: room for a rollout, and what the last node has left. */
    readonly idle: PricedAmounts;
    /** Size of all volumes in bytes. */
    readonly storageBytes: number;
    /** Price of the volumes for a month. */
    readonly storageMonthly: number;
    /** Price of nodes and volumes for a month. */
    readonly monthly: number;
    /** Groups whose pods are larger than an empty node: they cannot be scheduled, and are not counted. */
    readonly tooLarge: readonly PodGroup[];
}

/** How many pods of a group run at a bound on so many nodes. */
export function podsOf(group: PodGroup, bound: Bound, nodes: number): number {
    return group.perNode ? nodes : group.pods[bound];
}

/** What the stack needs and costs at a bound of its autoscalers. */
export function scenarioOf({ groups, claims }: Demand, terms: CostTerms, bound: Bound): Scenario {
    const { node, zones, others, prices } = terms;
    const room = minus(allocatableOf(node), others);
    const loads = groups.map((group) => {
        const pods = group.pods[bound];
        return { group, pods: pods + group.extra(pods) };
    });
    const { nodes, tooLarge } = pack(loads, { allocatable: room, maxPods: node.maxPods, zones });
    const counted = groups.filter((group) => !tooLarge.includes(group));
    const used = counted
        .map((group) => times(group.requests, podsOf(group, bound, nodes)))
        .reduce((sum, amounts) => plus(sum, amounts), NONE);
    const reserved = times(plus(reservedOf(node), others), nodes);
    const capacity = times(node.capacity, nodes);
    const share = (amounts: Amounts): PricedAmounts => ({ ...amounts, monthly: monthlyOf(amounts, terms) });
    const volumes = [
        ...claims.map((claim) => ({ claim, count: 1 })),
        ...counted.flatMap((group) => group.claims.map((claim) => ({ claim, count: podsOf(group, bound, nodes) }))),
    ];
    const storageMonthly = sum(volumes.map(({ claim, count }) => count * claimMonthly(claim, prices)));
    return {
        nodes,
        capacity: share(capacity),
        used: share(used),
        reserved: share(reserved),
        idle: share(minus(minus(capacity, used), reserved)),
        storageBytes: sum(volumes.map(({ claim, count }) => count * claim.bytes)),
        storageMonthly,
        monthly: nodes * node.hourly * HOURS_PER_MONTH + storageMonthly,
        tooLarge,
    };
}

/**
 * The part of the nodes' price that CPU and memory stand for. A node's price is split between the two by the ratio of the
 * prices that the file names for them, as OpenCost does.
 */
export function monthlyOf(amounts: Amounts, { node, prices: { split } }: CostTerms): number {
    const weight = ({ cpu, memory }: Amounts) => (cpu / 1000) * split.cpu + (memory / GIB) * split.memory;
    return (weight(amounts) / weight(node.capacity)) * node.hourly * HOURS_PER_MONTH;
}

/** Price of a volume for a month. */
export function claimMonthly({ bytes, storageClass }: VolumeClaim, { storage }: Prices): number {
    return (bytes / GIB) * (storage.get(storageClass) ?? storage.get(OTHER_CLASSES) ?? 0);
}

/** Whether an amount of money is above another one, in whole cents: what is below is no money, but rounding. */
export function isAbove(amount: number, limit: number): boolean {
    return Math.round(amount * 100) > Math.round(limit * 100);
}

function sum(numbers: readonly number[]): number {
    return numbers.reduce((total, number) => total + number, 0);
}
