import type { Field } from "../engine/field";
import { kindName } from "./kinds";
import { readable } from "./readable";
import { namespaceOf, type Stack } from "./stack";
import type { Subject } from "./subject";

/** Kind of the autoscalers of Kubernetes itself. */
export const HORIZONTAL = "HorizontalPodAutoscaler.autoscaling";

/** Kind of the autoscalers of KEDA, each of which makes one of those. */
export const SCALED_OBJECT = "ScaledObject.keda.sh";

/** Kind of the autoscalers that set requests and not replicas. */
export const VERTICAL = "VerticalPodAutoscaler.autoscaling.k8s.io";

/** Kinds that set the replicas of what they refer to. */
export const AUTOSCALERS: readonly string[] = [HORIZONTAL, SCALED_OBJECT];

/** A Rollout may take over the pods of a Deployment, with replicas of its own. */
const ROLLOUT = "Rollout.argoproj.io";

/** How many pods something keeps. */
export interface Scaling {
    /** The object that says so. */
    readonly subject: Subject;
    /** Least number of pods. Throws as reading does. */
    readonly least: () => number;
    /** Greatest number of pods. Throws as reading does. */
    readonly most: () => number;
}

/** What an autoscaler refers to. */
export function referenceOf(autoscaler: Subject): Field {
    const key = kindName(autoscaler) === VERTICAL ? "targetRef" : "scaleTargetRef";
    return autoscaler.object.at("spec", kindName(autoscaler) === ROLLOUT ? "workloadRef" : key);
}

/** The kind that an autoscaler refers to; KEDA takes a Deployment where none is named. Throws as reading does. */
export function targetKind(autoscaler: Subject): string | undefined {
    const kind = referenceOf(autoscaler).at("kind").string();
    return kind ?? (kindName(autoscaler) === SCALED_OBJECT ? "Deployment" : undefined);
}

/** The object that an autoscaler scales, where it is in the stack. */
export function targetOf(stack: Stack, autoscaler: Subject): Subject | undefined {
    const kind = readable(() => targetKind(autoscaler));
    const name = readable(() => referenceOf(autoscaler).at("name").string());
    const namespace = namespaceOf(autoscaler);
    if (kind === undefined || name === undefined || namespace === undefined) {
        return undefined;
    }
    return stack.find(kind, namespace, name);
}

/** An autoscaler of which it is not known yet what it scales: it may be anything. */
export function openAutoscaler(stack: Stack): Subject | undefined {
    return stack.ofKind(...AUTOSCALERS).find((autoscaler) => {
        const target = referenceOf(autoscaler);
        const parts = [target.at("kind"), target.at("name"), autoscaler.object.at("metadata", "namespace")];
        return parts.some((part) => readable(() => part.string() ?? "") === undefined);
    });
}

/** What sets the number of pods in place of each object that leaves that to an autoscaler or Rollout of the stack. */
export function scalingByTarget(stack: Stack): ReadonlyMap<Subject | undefined, Scaling> {
    return new Map(
        stack
            .ofKind(ROLLOUT, SCALED_OBJECT, HORIZONTAL)
            .filter((subject) => kindName(subject) !== ROLLOUT || subject.workloads.length === 0)
            .map((subject) => [targetOf(stack, subject), scalingOf(subject)]),
    );
}

function scalingOf(subject: Subject): Scaling {
    const spec = subject.object.at("spec");
    const [leastKey, leastDefault, mostKey, mostDefault] = fieldsOf(kindName(subject));
    return {
        subject,
        least: () => spec.at(leastKey).number() ?? leastDefault,
        most: () => spec.at(mostKey).number() ?? mostDefault,
    };
}

/** Fields for the least and greatest number of pods, with the defaults that their API documents. */
function fieldsOf(kind: string): readonly [string, number, string, number] {
    switch (kind) {
        case SCALED_OBJECT:
            return ["minReplicaCount", 0, "maxReplicaCount", 100];
        case ROLLOUT:
            return ["replicas", 1, "replicas", 1];
        default:
            return ["minReplicas", 1, "maxReplicas", 1];
    }
}
