import { FieldError } from "../engine/field";
import { kindName } from "./kinds";
import { readLabels, type Labels } from "./selector";
import type { Subject } from "./subject";
import type { Workload } from "./workload";

/** Something that makes pods, in a stack. */
export interface StackWorkload {
    /** The object that holds it. */
    readonly subject: Subject;
    /** The pods. */
    readonly workload: Workload;
    /** Namespace, `undefined` when it is not known. */
    readonly namespace?: string;
    /** Labels of the pods, `undefined` when they can't be read. */
    readonly labels?: Labels;
}

/** All objects of a stack. */
export interface Stack {
    /** The objects of one of these kinds, e.g. `Service` or `Deployment.apps`. */
    readonly ofKind: (...kinds: readonly string[]) => readonly Subject[];
    /** Those of them in a namespace. */
    readonly inNamespace: (kind: string, namespace: string | undefined) => readonly Subject[];
    /** The objects of a kind, whatever its group, with a name. */
    readonly named: (kind: string, name: string) => readonly Subject[];
    /** Everything that makes pods. */
    readonly workloads: readonly StackWorkload[];
    /** Those in a namespace; for `undefined`, those whose namespace is not known. */
    readonly workloadsIn: (namespace: string | undefined) => readonly StackWorkload[];
}

/** The stack of these objects. Patches are left out: what they patch is not known here. */
export function stackOf(all: readonly Subject[]): Stack {
    const subjects = all.filter(({ partial }) => !partial);
    // Every lookup has an index: stacks may have thousands of objects.
    const byKind = groupBy(subjects, kindName);
    const byNamespace = groupBy(subjects, (subject) => `${kindName(subject)} ${namespaceOf(subject) ?? ""}`);
    const byName = groupBy(subjects, (subject) => `${subject.kind} ${nameOf(subject) ?? ""}`);
    const workloads = subjects.flatMap((subject) =>
        subject.workloads.map((workload) => ({
            subject,
            workload,
            namespace: namespaceOf(subject),
            labels: readable(() => readLabels(workload.template.at("metadata", "labels"))),
        })),
    );
    const workloadsByNamespace = groupBy(workloads, ({ namespace }) => namespace);
    return {
        ofKind: (...kinds) => kinds.flatMap((kind) => byKind.get(kind) ?? []),
        inNamespace: (kind, namespace) => byNamespace.get(`${kind} ${namespace ?? ""}`) ?? [],
        named: (kind, name) => byName.get(`${kind} ${name}`) ?? [],
        workloads,
        workloadsIn: (namespace) => workloadsByNamespace.get(namespace) ?? [],
    };
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> {
    const groups = new Map<K, T[]>();
    for (const item of items) {
        const key = keyOf(item);
        const group = groups.get(key);
        if (group === undefined) groups.set(key, [item]);
        else group.push(item);
    }
    return groups;
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
    return stack.named(kind, name).find((subject) => namespaceOf(subject) === namespace);
}

/** The autoscaler of each object that has one in the stack. */
export function autoscalersByTarget(stack: Stack): ReadonlyMap<Subject | undefined, Subject> {
    return new Map(stack.ofKind(AUTOSCALER).map((autoscaler) => [targetOf(stack, autoscaler), autoscaler]));
}
