import type { Field } from "../engine/field";
import { scalingByTarget, type Scaling } from "../kubernetes/autoscaler";
import { JOB_KINDS, kindName } from "../kubernetes/kinds";
import { podSum, replicasOf } from "../kubernetes/podSum";
import { parseQuantity } from "../kubernetes/quantity";
import { readable } from "../kubernetes/readable";
import { readLabels, type LabelSet } from "../kubernetes/selector";
import { readShare, shareOf } from "../kubernetes/share";
import { namespaceOf, nameOf, type Stack, type StackWorkload } from "../kubernetes/stack";
import { runningContainers } from "../kubernetes/workload";
import { milliOf, NONE, plus, wholeOf, type Amounts } from "./amounts";
import { podClaims, type VolumeClaim } from "./claims";
import { operatedPods, type OperatedPods } from "./operated";
import { readPlacement, type Placement } from "./placement";

/** Equal pods that one object of a stack makes. */
export interface PodGroup {
    /** The object, e.g. `Deployment shop/web`. */
    readonly object: string;
    /** The body of the source that holds the object. */
    readonly source: unknown;
    /** Namespace of the pods. */
    readonly namespace: string;
    /** Labels of the pods. */
    readonly labels: LabelSet;
    /** What the scheduler reserves for one pod: containers, init containers, sidecars, overhead. */
    readonly requests: Amounts;
    /** Most that one pod may use; a part is `undefined` where a container of the pod has no limit. */
    readonly limits: { readonly [K in keyof Amounts]: number | undefined };
    /** Least and greatest number of pods; the same without an autoscaler. 0 for pods that end by themselves, and each node's. */
    readonly pods: { readonly least: number; readonly most: number };
    /** Whether every node has one, so that the number of pods is that of the nodes. */
    readonly perNode: boolean;
    /** Pods beside those: of a rollout (`maxSurge`), or of a Job, which end by themselves. @param pods how many run. */
    readonly extra: (pods: number) => number;
    /** Volumes of each pod. */
    readonly claims: readonly VolumeClaim[];
    /** What the pods demand of their nodes. */
    readonly placement: Placement;
}

/** Most pods of a rollout beside those that are wanted, where a Deployment does not say; API reference of apps/v1. */
const DEFAULT_SURGE = { number: 25, percent: true };

/** Reads the pods that each workload of a stack makes. @returns a function that throws as reading does. */
export function podGroups(stack: Stack): (item: StackWorkload) => PodGroup | undefined {
    const scaling = scalingByTarget(stack);
    const overheads = readable(() => runtimeOverheads(stack)) ?? new Map<string, Amounts>();
    return (item) => groupOf(item, stack, scaling, overheads);
}

function groupOf(
    item: StackWorkload,
    stack: Stack,
    scaling: ReadonlyMap<unknown, Scaling>,
    overheads: ReadonlyMap<string, Amounts>,
): PodGroup | undefined {
    const { subject } = item;
    const operated = operatedPods(subject, stack);
    const workload = operated?.workload ?? item.workload;
    // What only its operator completes has no pods that could be counted.
    if (workload.partial || subject.kind === "PodTemplate") {
        return undefined;
    }
    const { pod } = workload;
    const namespace = namespaceOf(subject) ?? "";
    const sums = podSum(workload, stack.find("Namespace", "default", namespace)?.object);
    const perNode = subject.kind === "DaemonSet";
    const ends = JOB_KINDS.includes(subject.kind);
    const autoscaler = scaling.get(subject);
    const fixed = operated?.replicas ?? replicasOf(subject, undefined, 0);
    const surge = surgeOf(kindName(subject), subject.object.at("spec"));
    return {
        object: `${subject.kind} ${namespace}/${nameOf(subject) ?? subject.fallbackName ?? "(unnamed)"}`,
        source: subject.source,
        namespace,
        labels: operated?.labels ?? readLabels(workload.template.at("metadata", "labels")),
        requests: plus(requestsOf(sums), overheadOf(pod, overheads)),
        limits: {
            cpu: allLimited(pod, "cpu") ? milliOf(sums.get("limits.cpu") ?? ZERO) : undefined,
            memory: allLimited(pod, "memory") ? wholeOf(sums.get("limits.memory") ?? ZERO) : undefined,
        },
        pods: perNode || ends ? { least: 0, most: 0 } : boundsOf(autoscaler, fixed),
        perNode,
        extra: ends ? () => fixed : surge,
        claims: claimsOf(subject.object.at("spec"), pod, operated),
        placement: readPlacement(pod, namespace),
    };
}

const ZERO = { digits: 0n, exponent: 0 };

function requestsOf(sums: ReturnType<typeof podSum>): Amounts {
    return {
        cpu: milliOf(sums.get("requests.cpu") ?? ZERO),
        memory: wholeOf(sums.get("requests.memory") ?? ZERO),
    };
}

function boundsOf(autoscaler: Scaling | undefined, fixed: number): PodGroup["pods"] {
    if (autoscaler === undefined) {
        return { least: fixed, most: fixed };
    }
    const least = Math.max(autoscaler.least(), 0);
    return { least, most: Math.max(autoscaler.most(), least) };
}

/**
 * Pods that an Argo Rollout starts before it ends old ones: with blue/green all of them once more, unless
 * `previewReplicaCount` says fewer. @returns `undefined` when the object is no Rollout with a strategy of its own.
 */
function rolloutSurge(kind: string, spec: Field): ((pods: number) => number) | undefined {
    if (kind !== "Rollout.argoproj.io") {
        return undefined;
    }
    if (spec.at("strategy", "blueGreen").isSet()) {
        const preview = spec.at("strategy", "blueGreen", "previewReplicaCount").number();
        return (pods) => preview ?? pods;
    }
    const share = readShare(spec.at("strategy", "canary", "maxSurge")) ?? DEFAULT_SURGE;
    return (pods) => shareOf(share, pods);
}

/** Pods that a rollout starts before it ends old ones. A StatefulSet replaces its pods in place, a DaemonSet by default. */
function surgeOf(kind: string, spec: Field): (pods: number) => number {
    const ofRollout = rolloutSurge(kind, spec);
    if (ofRollout !== undefined) {
        return ofRollout;
    }
    const isDeployment = kind === "Deployment.apps";
    const strategy = spec.at(isDeployment ? "strategy" : "updateStrategy");
    if (kind === "StatefulSet.apps" || strategy.at("type").string() === "Recreate") {
        return () => 0;
    }
    const given = readShare(strategy.at("rollingUpdate", "maxSurge"));
    const share = given ?? (isDeployment ? DEFAULT_SURGE : undefined);
    return (pods) => (share === undefined ? 0 : shareOf(share, pods));
}

/** Whether a limit holds for the pod: it has one as a whole, or each of its running containers has. */
function allLimited(pod: Field, resource: "cpu" | "memory"): boolean {
    const limited = (holder: Field) => parseQuantity(holder.at("resources", "limits", resource).text() ?? "");
    return limited(pod) !== undefined || runningContainers(pod).every((container) => limited(container) !== undefined);
}

function claimsOf(spec: Field, pod: Field, operated: OperatedPods | undefined): readonly VolumeClaim[] {
    const templates = operated === undefined ? spec.at("volumeClaimTemplates").items() : [operated.claim];
    return podClaims(templates, pod);
}

/** What a runtime takes for each pod, by the name of its class: admission writes it into the pods (RuntimeClass.overhead). */
function runtimeOverheads(stack: Stack): ReadonlyMap<string, Amounts> {
    return new Map(
        stack
            .ofKind("RuntimeClass.node.k8s.io")
            .map((subject) => [nameOf(subject) ?? "", fixedAmounts(subject.object.at("overhead", "podFixed"))]),
    );
}

function overheadOf(pod: Field, known: ReadonlyMap<string, Amounts>): Amounts {
    const own = pod.at("overhead");
    return own.isSet() ? fixedAmounts(own) : (known.get(pod.at("runtimeClassName").string() ?? "") ?? NONE);
}

function fixedAmounts(field: Field): Amounts {
    return {
        cpu: milliOf(parseQuantity(field.at("cpu").text() ?? "") ?? ZERO),
        memory: wholeOf(parseQuantity(field.at("memory").text() ?? "") ?? ZERO),
    };
}
