import { kindName, RELEASE } from "./kinds";
import { withoutOwned } from "./owners";
import { readable } from "./readable";
import { splitRunTime } from "./runTimeLabels";
import { readLabels, type LabelSet, type Selector } from "./selector";
import { labelIndex } from "./selectorIndex";
import type { Subject } from "./subject";
import type { Workload } from "./workload";

/** A workload of a stack. */
export interface StackWorkload {
    /** The object that contains it. */
    readonly subject: Subject;
    /** The pods. */
    readonly workload: Workload;
    /** Namespace, `undefined` when not known. */
    readonly namespace?: string;
    /** Labels of the pods, `undefined` when they cannot be read or are set by an operator. */
    readonly labels?: LabelSet;
}

/** The objects of a stack, indexed for every lookup: stacks may have thousands of objects. */
export interface Stack {
    /** All of them. */
    readonly subjects: readonly Subject[];
    /** The objects of one of these kinds, e.g. `Service` or `Deployment.apps`. */
    readonly ofKind: (...kinds: readonly string[]) => readonly Subject[];
    /** The objects of a kind in a namespace; for `undefined`, those whose namespace is not known. */
    readonly inNamespace: (kind: string, namespace: string | undefined) => readonly Subject[];
    /** The object of a kind, in any group, with a namespace and name. */
    readonly find: (kind: string, namespace: string | undefined, name: string) => Subject | undefined;
    /** An object that may turn out to be that one: its namespace or name is not known yet. */
    readonly mayBe: (kind: string, namespace: string | undefined, name: string) => Subject | undefined;
    /** The namespaces with an object of a kind, in any group, and a name; `undefined` for an unknown namespace. */
    readonly namespacesOf: (kind: string, name: string) => readonly (string | undefined)[];
    /** All workloads. */
    readonly workloads: readonly StackWorkload[];
    /** The workloads in a namespace; for `undefined`, those whose namespace is not known. */
    readonly workloadsIn: (namespace: string | undefined) => readonly StackWorkload[];
    /** The workloads in a namespace all of whose pods a selector selects. */
    readonly selectedBy: (namespace: string | undefined, selector: Selector) => readonly StackWorkload[];
    /** The workloads in a namespace some of whose pods a selector may select, by labels added at run time. */
    readonly selectable: (namespace: string | undefined, selector: Selector) => readonly StackWorkload[];
}

/**
 * The stack of these objects. Patches are left out, since the objects that they patch are not known. So are objects
 * that a controller created from another object of the stack, as in an export of a cluster: the source is evaluated.
 */
export function stackOf(all: readonly Subject[]): Stack {
    const subjects = withoutOwned(
        all.filter(({ partial }) => !partial),
        ({ object }) => object,
    );
    const byKind = groupBy(subjects, kindName);
    const byNamespace = groupBy(subjects, (subject) => key(kindName(subject), namespaceOf(subject)));
    const byFullName = groupBy(subjects, (subject) => key(subject.kind, namespaceOf(subject), nameOf(subject)));
    const byName = groupBy(subjects, (subject) => key(subject.kind, nameOf(subject)));
    const workloads = subjects.flatMap((subject) =>
        subject.workloads.map((workload) => ({
            subject,
            workload,
            namespace: namespaceOf(subject),
            labels: labelsOf(workload),
        })),
    );
    const workloadsByNamespace = groupBy(workloads, ({ namespace }) => namespace);
    const indexOf = memoized((namespace: string | undefined) => labelIndex(workloadsByNamespace.get(namespace) ?? []));
    const namespacesOf = memoized((name: string) => [...new Set((byName.get(name) ?? []).map(namespaceOf))]);
    return {
        subjects,
        ofKind: (...kinds) => kinds.flatMap((kind) => byKind.get(kind) ?? []),
        inNamespace: (kind, namespace) => byNamespace.get(key(kind, namespace)) ?? [],
        find: (kind, namespace, name) => byFullName.get(key(kind, namespace, name))?.[0],
        mayBe: (kind, namespace, name) =>
            [...(byName.get(key(kind, name)) ?? []), ...(byName.get(key(kind, undefined)) ?? [])].find(
                (subject) =>
                    isOpen(subject, "namespace") || (isOpen(subject, "name") && namespaceOf(subject) === namespace),
            ),
        namespacesOf: (kind, name) => namespacesOf(key(kind, name)),
        workloads,
        workloadsIn: (namespace) => workloadsByNamespace.get(namespace) ?? [],
        selectedBy: (namespace, selector) => indexOf(namespace).selectedBy(selector),
        selectable: (namespace, selector) => {
            const { fixed, mayMeet } = splitRunTime(selector);
            return indexOf(namespace).selectedBy(fixed).filter(mayMeet);
        },
    };
}

/** One key for several values; no Kubernetes name contains a space. */
function key(...parts: readonly (string | undefined)[]): string {
    return parts.map((part) => part ?? " ").join(" ");
}

/** Items by key, each group in the order of the items. */
export function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> {
    const groups = new Map<K, T[]>();
    for (const item of items) {
        const wanted = keyOf(item);
        const group = groups.get(wanted);
        if (group === undefined) {
            groups.set(wanted, [item]);
        } else {
            group.push(item);
        }
    }
    return groups;
}

/** Memoizes a function. */
export function memoized<K, V>(make: (key: K) => V): (key: K) => V {
    const made = new Map<K, V>();
    return (wanted) => {
        const before = made.get(wanted);
        if (before !== undefined) {
            return before;
        }
        const value = make(wanted);
        made.set(wanted, value);
        return value;
    };
}

/** Labels of the pods. An operator that fills in unset fields may also add labels. */
function labelsOf({ template, partial }: Workload): LabelSet | undefined {
    return partial ? undefined : readable(() => readLabels(template.at("metadata", "labels")));
}

/** Namespace of an object: `default` when unset, `undefined` when not known. */
export function namespaceOf({ object }: Subject): string | undefined {
    return readable(() => object.at("metadata", "namespace").string() ?? "default");
}

/** Name of an object, `undefined` when not known. */
export function nameOf({ object }: Subject): string | undefined {
    return readable(() => object.at("metadata", "name").string());
}

/** Whether the namespace or name of an object is set, but not known yet or malformed. */
function isOpen({ object }: Subject, part: "name" | "namespace"): boolean {
    return readable(() => object.at("metadata", part).string() ?? "") === undefined;
}

/** Whether the stack has a Helm release with unknown objects, so that more objects may exist. */
export function hasUnrendered(stack: Stack): boolean {
    return stack.ofKind(kindName(RELEASE)).some(({ rendering }) => rendering?.type !== "rendered");
}

/** Kinds that run a number of identical pods. */
export const SCALED_KINDS: readonly string[] = [
    "Deployment.apps",
    "StatefulSet.apps",
    "ReplicaSet.apps",
    "ReplicationController",
    "Deployment.extensions",
    "Rollout.argoproj.io",
];

/** Kind of a PodDisruptionBudget. */
export const BUDGET = "PodDisruptionBudget.policy";
