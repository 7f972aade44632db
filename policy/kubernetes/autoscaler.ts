import type { Field } from "../engine/field";
import { kindName } from "./kinds";
import { readable } from "./readable";
import { namespaceOf, type Stack } from "./stack";
import type { Subject } from "./subject";

/** Kind of the autoscalers built into Kubernetes. */
export const HORIZONTAL = "HorizontalPodAutoscaler.autoscaling";

/** Kind of the autoscalers of KEDA, each of which creates one of those. */
export const SCALED_OBJECT = "ScaledObject.keda.sh";

/** Kind of the autoscalers that set requests, not replicas. */
export const VERTICAL = "VerticalPodAutoscaler.autoscaling.k8s.io";

/** Kinds that set the replicas of their target. */
export const AUTOSCALERS: readonly string[] = [HORIZONTAL, SCALED_OBJECT];

/** An Argo Rollout may take over the pods of a Deployment, with its own replicas. */
const ROLLOUT = "Rollout.argoproj.io";

/** Bounds of a number of pods. */
export interface Scaling {
    /** The object that defines them. */
    readonly subject: Subject;
    /** Minimum number of pods. Throws what reading the field throws. */
    readonly least: () => number;
    /** Maximum number of pods. Throws what reading the field throws. */
    readonly most: () => number;
}

/** The target of an autoscaler. */
export function referenceOf(autoscaler: Subject): Field {
    const key = kindName(autoscaler) === VERTICAL ? "targetRef" : "scaleTargetRef";
    return autoscaler.object.at("spec", kindName(autoscaler) === ROLLOUT ? "workloadRef" : key);
}

/** The kind of an autoscaler's target; KEDA defaults to Deployment. Throws what reading the field throws. */
export function targetKind(autoscaler: Subject): string | undefined {
    const kind = referenceOf(autoscaler).at("kind").string();
    return kind ?? (kindName(autoscaler) === SCALED_OBJECT ? "Deployment" : undefined);
}

/** The target of an autoscaler, if it is in the stack. */
export function targetOf(stack: Stack, autoscaler: Subject): Subject | undefined {
    const kind = readable(() => targetKind(autoscaler));
    const name = readable(() => referenceOf(autoscaler).at("name").string());
    const namespace = namespaceOf(autoscaler);
    if (kind === undefined || name === undefined || namespace === undefined) {
        return undefined;
    }
    return stack.find(kind, namespace, name);
}

/** An autoscaler whose target is not known yet: it may be any object. */
export function openAutoscaler(stack: Stack): Subject | undefined {
    return stack.ofKind(...AUTOSCALERS).find((autoscaler) => {
        const target = referenceOf(autoscaler);
        const parts = [target.at("kind"), target.at("name"), autoscaler.object.at("metadata", "namespace")];
        return parts.some((part) => readable(() => part.string() ?? "") === undefined);
    });
}

/** The autoscaler or Rollout of the stack that sets the replicas of each object that leaves them unset. */
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

/** Fields for the minimum and maximum number of pods, with their documented defaults. */
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
