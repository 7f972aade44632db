import { kindName, RELEASE } from "./kinds";
import { withoutOwned } from "./owners";
import { readable } from "./readable";
import { splitRunTime } from "./runTimeLabels";
import { readLabels, type LabelSet, type Selector } from "./selector";
import { labelIndex } from "./selectorIndex";
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
    /** Labels of the pods, `undefined` when they cannot be read or only an operator knows them. */
    readonly labels?: LabelSet;
}

/** All objects of a stack. Every lookup has an index: stacks may have thousands of objects. */
export interface Stack {
    /** All of them. */
    readonly subjects: readonly Subject[];
    /** The objects of one of these kinds, e.g. `Service` or `Deployment.apps`. */
    readonly ofKind: (...kinds: readonly string[]) => readonly Subject[];
    /** Those of a kind in a namespace; for `undefined`, those whose namespace is not known. */
    readonly inNamespace: (kind: string, namespace: string | undefined) => readonly Subject[];
    /** The object of a kind, whatever its group, with a namespace and name. */
    readonly find: (kind: string, namespace: string | undefined, name: string) => Subject | undefined;
    /** One that may turn out to be that object: its namespace or its name is not known yet. */
    readonly mayBe: (kind: string, namespace: string | undefined, name: string) => Subject | undefined;
    /** The namespaces that have an object of a kind, whatever its group, with a name; one not known is `undefined`. */
    readonly namespacesOf: (kind: string, name: string) => readonly (string | undefined)[];
    /** Everything that makes pods. */
    readonly workloads: readonly StackWorkload[];
    /** Those in a namespace; for `undefined`, those whose namespace is not known. */
    readonly workloadsIn: (namespace: string | undefined) => readonly StackWorkload[];
    /** Those in a namespace whose pods a selector selects, all of them. */
    readonly selectedBy: (namespace: string | undefined, selector: Selector) => readonly StackWorkload[];
    /** Those in a namespace of whose pods a selector may select some, by labels that pods get at run time. */
    readonly selectable: (namespace: string | undefined, selector: Selector) => readonly StackWorkload[];
}

/**
 * The stack of these objects. Patches are left out: what they patch is not known here. So is what a controller has made from
 * another object of the stack, as in an export of a cluster: it is judged there.
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

/** One key for several; no name of Kubernetes holds a space. */
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

/** A function that is asked for each value once. */
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

/** Labels of the pods. Where an operator fills in what is left out, it also labels them. */
function labelsOf({ template, partial }: Workload): LabelSet | undefined {
    return partial ? undefined : readable(() => readLabels(template.at("metadata", "labels")));
}

/** Namespace of an object: `default` when it has none, `undefined` when it is not known. */
export function namespaceOf({ object }: Subject): string | undefined {
    return readable(() => object.at("metadata", "namespace").string() ?? "default");
}

/** Name of an object, `undefined` when it is not known. */
export function nameOf({ object }: Subject): string | undefined {
    return readable(() => object.at("metadata", "name").string());
}

/** Whether a part of an object's name is set, but not known yet or malformed. */
function isOpen({ object }: Subject, part: "name" | "namespace"): boolean {
    return readable(() => object.at("metadata", part).string() ?? "") === undefined;
}

/** Whether the stack has a Helm release whose objects are not known: more than the stack shows may exist. */
export function hasUnrendered(stack: Stack): boolean {
    return stack.ofKind(kindName(RELEASE)).some(({ rendering }) => rendering?.type !== "rendered");
}

/** Kinds that keep a number of equal pods running. */
export const SCALED_KINDS: readonly string[] = [
    "Deployment.apps",
    "StatefulSet.apps",
    "ReplicaSet.apps",
    "ReplicationController",
    "Deployment.extensions",
    "Rollout.argoproj.io",
];

/** Kind of the disruption budgets. */
export const BUDGET = "PodDisruptionBudget.policy";
