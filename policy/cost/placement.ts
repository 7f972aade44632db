import type { Field } from "../engine/field";
import { readSelector, selects, type LabelSet, type Selector } from "../kubernetes/selector";

/** Label of a node with its own name: each node is a domain of its own. */
export const HOSTNAME = "kubernetes.io/hostname";

/** Label of a node with its zone. */
export const ZONE = "topology.kubernetes.io/zone";

/** Pods that a pod must not share a domain with. */
export interface AntiAffinity {
    /** Which pods. */
    readonly selector: Selector;
    /** Their namespaces; `all` for every one. */
    readonly namespaces: readonly string[] | "all";
    /** Label of the nodes that makes the domains. */
    readonly topologyKey: string;
}

/** How evenly the pods of a selector must be spread. */
export interface Spread {
    /** Which pods, in the pod's own namespace. */
    readonly selector: Selector;
    /** Label of the nodes that makes the domains. */
    readonly topologyKey: string;
    /** Most pods by which the domain may exceed the one with the fewest. */
    readonly maxSkew: number;
}

/** What a pod demands of its node: only what the scheduler never gives up. */
export interface Placement {
    readonly antiAffinity: readonly AntiAffinity[];
    readonly spread: readonly Spread[];
    /** Ports of the node that it takes, as `protocol/address/port`. */
    readonly hostPorts: readonly string[];
    /** Demands that an estimate cannot meet, since it does not know the nodes' labels: by the field's name. */
    readonly ignored: readonly string[];
}

/** A pod as far as others care about where it is. */
export interface PodIdentity {
    readonly namespace: string;
    readonly labels: LabelSet;
}

/**
 * Reads what a pod demands of its node. Preferences (`preferred...`, `ScheduleAnyway`) are none: the scheduler drops them
 * before it leaves a pod unscheduled. Throws as reading does.
 */
export function readPlacement(pod: Field, namespace: string): Placement {
    const affinity = pod.at("affinity");
    const required = (kind: string) => affinity.at(kind, "requiredDuringSchedulingIgnoredDuringExecution");
    const ignored = [
        ...(pod.at("nodeSelector").entries().length > 0 ? ["nodeSelector"] : []),
        ...(required("nodeAffinity").isSet() ? ["nodeAffinity"] : []),
        ...(required("podAffinity").items().length > 0 ? ["podAffinity"] : []),
    ];
    return {
        antiAffinity: required("podAntiAffinity")
            .items()
            .map((term) => ({
                selector: readSelector(term.at("labelSelector")),
                namespaces: namespacesOf(term, namespace),
                topologyKey: term.at("topologyKey").string() ?? HOSTNAME,
            })),
        spread: pod
            .at("topologySpreadConstraints")
            .items()
            .filter(
                (constraint) => (constraint.at("whenUnsatisfiable").string() ?? "DoNotSchedule") === "DoNotSchedule",
            )
            .map((constraint) => ({
                selector: readSelector(constraint.at("labelSelector")),
                topologyKey: constraint.at("topologyKey").string() ?? HOSTNAME,
                maxSkew: constraint.at("maxSkew").number() ?? 1,
            })),
        hostPorts: hostPortsOf(pod),
        ignored,
    };
}

/** Namespaces of a term: those it names, every one for a selector (which would need the namespaces' labels), else its own. */
function namespacesOf(term: Field, own: string): readonly string[] | "all" {
    const named = term.at("namespaces").strings();
    if (term.at("namespaceSelector").isSet()) {
        return "all";
    }
    return named.length === 0 ? [own] : named;
}

function hostPortsOf(pod: Field): string[] {
    const onHost = pod.at("hostNetwork").boolean() === true;
    return ["containers", "initContainers"].flatMap((list) =>
        pod
            .at(list)
            .items()
            // Of the init containers only those that keep running hold a port beside the others.
            .filter((container) => list === "containers" || container.at("restartPolicy").string() === "Always")
            .flatMap((container) => container.at("ports").items())
            .flatMap((port) => {
                const number = port.at("hostPort").number() ?? (onHost ? port.at("containerPort").number() : undefined);
                const protocol = port.at("protocol").string() ?? "TCP";
                return number === undefined || number === 0 ? [] : [`${protocol}/${number}`];
            }),
    );
}

/** Whether a term is about a pod. */
export function isAbout({ selector, namespaces }: AntiAffinity, { namespace, labels }: PodIdentity): boolean {
    return (namespaces === "all" || namespaces.includes(namespace)) && selects(selector, labels);
}
