import { NONE, plus, type Amounts } from "./amounts";
import { HOSTNAME, isAbout, ZONE, type PodIdentity } from "./placement";
import type { PodGroup } from "./pods";

/** Nodes to pack pods on. All are equal. */
export interface Nodes {
    /** What pods can request on one. */
    readonly allocatable: Amounts;
    /** Most pods on one. */
    readonly maxPods: number;
    /** Zones that the nodes are in, in turn. */
    readonly zones: number;
}

/** Pods of a group that run at a time. */
export interface Load {
    readonly group: PodGroup;
    /** How many; of a group that every node has, it does not count. */
    readonly pods: number;
}

/** Where pods fit. */
export interface Packing {
    /** How many nodes are needed. */
    readonly nodes: number;
    /** Requests on each of them. */
    readonly used: readonly Amounts[];
    /** Groups with a pod that fits on no empty node, however many there are: their pods are left out. */
    readonly tooLarge: readonly PodGroup[];
}

/** A node that is being filled. */
interface Filling {
    readonly zone: number;
    used: Amounts;
    readonly pods: PodGroup[];
}

/** Most nodes that are tried: more is no stack of this size, but a rule that no number of nodes meets. */
const MOST_NODES = 1000;

/**
 * The fewest equal nodes on which all pods fit, by first-fit decreasing: as the estimator of the cluster autoscaler
 * (`estimator/binpacking_estimator.go`) it sorts the pods by their share of a node, and takes the first node that passes the
 * scheduler's filters: requests, number of pods, host ports, required anti-affinity in both directions, and topology spread
 * with `DoNotSchedule`. Pods that every node has come first. Small pods that must be apart find all nodes full that way, so a
 * number of nodes also counts as enough when they fit with the pods that must be apart before the others.
 */
export function pack(loads: readonly Load[], nodes: Nodes): Packing {
    const daemons = loads.filter(({ group }) => group.perNode).map(({ group }) => group);
    const free = daemons.reduce((sum, { requests }) => plus(sum, requests), NONE);
    const fits = ({ group: { requests } }: Load) =>
        free.cpu + requests.cpu <= nodes.allocatable.cpu && free.memory + requests.memory <= nodes.allocatable.memory;
    const others = loads.filter(({ group, pods }) => !group.perNode && pods > 0);
    const tooLarge = [...others.filter((load) => !fits(load)).map(({ group }) => group)];
    const sorted = others.filter(fits).sort((a, b) => shareOf(b.group, nodes) - shareOf(a.group, nodes));
    const wanted = sorted.flatMap(({ group, pods }) => Array.from({ length: pods }, () => group));
    const orders = [wanted, wanted.toSorted((a, b) => Number(isBound(b)) - Number(isBound(a)))];
    for (let count = leastNodes(wanted, free, nodes); count <= MOST_NODES; count += 1) {
        const filled = orders.map((order) => fill(order, daemons, count, nodes)).find((one) => one !== undefined);
        if (filled !== undefined) {
            return { nodes: count, used: filled.map(({ used }) => used), tooLarge };
        }
    }
    return { nodes: MOST_NODES, used: [], tooLarge: [...tooLarge, ...new Set(wanted)] };
}

/** Whether a pod cares about which others are near. */
function isBound({ placement: { antiAffinity, spread } }: PodGroup): boolean {
    return antiAffinity.length + spread.length > 0;
}

/** What a pod takes of a node, of CPU and of memory, as the cluster autoscaler adds them up. */
function shareOf({ requests }: PodGroup, { allocatable }: Nodes): number {
    return requests.cpu / Math.max(allocatable.cpu, 1) + requests.memory / Math.max(allocatable.memory, 1);
}

/** Nodes that the sums alone need; at least one for the pods that every node has. */
function leastNodes(wanted: readonly PodGroup[], daemons: Amounts, { allocatable }: Nodes): number {
    const sum = wanted.reduce((total, { requests }) => plus(total, requests), NONE);
    const room = { cpu: allocatable.cpu - daemons.cpu, memory: allocatable.memory - daemons.memory };
    const need = Math.max(sum.cpu / Math.max(room.cpu, 1), sum.memory / Math.max(room.memory, 1));
    return Math.max(Math.ceil(need), 1);
}

/** The nodes with all pods on them; `undefined` when they do not fit on so many. */
function fill(
    wanted: readonly PodGroup[],
    daemons: readonly PodGroup[],
    count: number,
    nodes: Nodes,
): Filling[] | undefined {
    const filling = Array.from({ length: count }, (_, index): Filling => ({
        zone: index % nodes.zones,
        used: daemons.reduce((sum, { requests }) => plus(sum, requests), NONE),
        pods: [...daemons],
    }));
    for (const group of wanted) {
        const node = filling.find((candidate) => admits(candidate, group, filling, nodes));
        if (node === undefined) {
            return undefined;
        }
        node.used = plus(node.used, group.requests);
        node.pods.push(group);
    }
    return filling;
}

/** The scheduler's filters. */
function admits(node: Filling, group: PodGroup, all: readonly Filling[], { allocatable, maxPods }: Nodes): boolean {
    const { requests, placement } = group;
    return (
        node.pods.length < maxPods &&
        node.used.cpu + requests.cpu <= allocatable.cpu &&
        node.used.memory + requests.memory <= allocatable.memory &&
        node.pods.every((pod) => !pod.placement.hostPorts.some((port) => placement.hostPorts.includes(port))) &&
        isApart(node, group, all) &&
        isSpread(node, group, all)
    );
}

/** Required anti-affinity: neither the pod's own terms nor those of the pods that are there forbid it. */
function isApart(node: Filling, group: PodGroup, all: readonly Filling[]): boolean {
    const within = (key: string) => domainOf(key, node, all).flatMap(({ pods }) => pods);
    return (
        group.placement.antiAffinity.every((term) => !within(term.topologyKey).some((pod) => isAbout(term, pod))) &&
        all.every((other) =>
            other.pods.every((pod) =>
                pod.placement.antiAffinity.every(
                    (term) => !isAbout(term, group) || !domainOf(term.topologyKey, other, all).includes(node),
                ),
            ),
        )
    );
}

/** Topology spread: the domain would not have more than `maxSkew` pods above the one with the fewest. */
function isSpread(node: Filling, group: PodGroup, all: readonly Filling[]): boolean {
    return group.placement.spread.every(({ selector, topologyKey, maxSkew }) => {
        const term = { selector, namespaces: [group.namespace], topologyKey };
        const counts = (domain: readonly Filling[]) =>
            domain.flatMap(({ pods }) => pods).filter((pod) => isAbout(term, pod)).length;
        const own = counts(domainOf(topologyKey, node, all));
        const least = Math.min(...all.map((other) => counts(domainOf(topologyKey, other, all))));
        const self: PodIdentity = group;
        return own + (isAbout(term, self) ? 1 : 0) - least <= maxSkew;
    });
}

/** The nodes that share a label's value with one: itself, its zone, or, for any other label, none, since no node has it. */
function domainOf(key: string, node: Filling, all: readonly Filling[]): readonly Filling[] {
    switch (key) {
        case HOSTNAME:
            return [node];
        case ZONE:
            return all.filter(({ zone }) => zone === node.zone);
        default:
            return [];
    }
}
