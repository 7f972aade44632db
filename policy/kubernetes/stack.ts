import { FieldError } from "../engine/field";
import { kindName } from "./kinds";
import type { Subject } from "./subject";
import type { Workload } from "./workload";

/** All objects of a stack. */
export interface Stack {
    /** The objects, without patches. */
    readonly subjects: readonly Subject[];
    /** The objects of one of these kinds, e.g. `Service` or `Deployment.apps`. */
    readonly ofKind: (...kinds: readonly string[]) => readonly Subject[];
    /** Everything that makes pods, with the object that holds it. */
    readonly workloads: readonly { readonly subject: Subject; readonly workload: Workload }[];
}

/** The stack of these objects. Patches are left out: what they patch is not known here. */
export function stackOf(all: readonly Subject[]): Stack {
    const subjects = all.filter(({ partial }) => !partial);
    const byKind = new Map<string, Subject[]>();
    for (const subject of subjects) {
        const name = kindName(subject);
        byKind.set(name, [...(byKind.get(name) ?? []), subject]);
    }
    return {
        subjects,
        ofKind: (...kinds) => kinds.flatMap((kind) => byKind.get(kind) ?? []),
        workloads: subjects.flatMap((subject) => subject.workloads.map((workload) => ({ subject, workload }))),
    };
}

/** Namespace of an object: `default` when it has none, `undefined` when it is not known. */
export function namespaceOf({ object }: Subject): string | undefined {
    return readable(() => object.at("metadata", "namespace").string() ?? "default");
}

/** Name of an object, `undefined` when it is not known. */
export function nameOf({ object }: Subject): string | undefined {
    return readable(() => object.at("metadata", "name").string());
}

/** What a reading gives, `undefined` when it is unknown or malformed. */
export function readable<T>(read: () => T): T | undefined {
    try {
        return read();
    } catch (error) {
        if (error instanceof FieldError) return undefined;
        throw error;
    }
}

/** Kinds that keep a number of equal pods running. */
export const SCALED_KINDS: readonly string[] = [
    "Deployment.apps",
    "StatefulSet.apps",
    "ReplicaSet.apps",
    "ReplicationController",
    "Deployment.extensions",
];

/** Kind of the autoscalers. */
export const AUTOSCALER = "HorizontalPodAutoscaler.autoscaling";

/** The object that an autoscaler scales, where it is in the stack. */
export function targetOf(stack: Stack, autoscaler: Subject): Subject | undefined {
    const target = autoscaler.object.at("spec", "scaleTargetRef");
    const [kind, name] = [readable(() => target.at("kind").string()), readable(() => target.at("name").string())];
    const namespace = namespaceOf(autoscaler);
    if (kind === undefined || name === undefined || namespace === undefined) return undefined;
    return stack.subjects.find(
        (subject) => subject.kind === kind && nameOf(subject) === name && namespaceOf(subject) === namespace,
    );
}
