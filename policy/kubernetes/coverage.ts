import type { Field } from "../engine/field";
import { violation, type Findings } from "../engine/finding";
import { readLabels, type Selector } from "./selector";
import { selectorIndex } from "./selectorIndex";
import { memoized, namespaceOf, type Stack } from "./stack";
import type { Subject } from "./subject";
import { undeterminedBy } from "./undetermined";

/** Whether the selector of some object selects the pods of a workload. */
export interface Coverage {
    /**
     * Demands it for the labels of a pod template.
     * @param labels Labels of the pods.
     * @param holder The object that has the template.
     */
    readonly demand: (labels: Field, holder: Subject) => Findings;
}

/**
 * Coverage by the objects of a kind, each in its own namespace.
 * @param kind Kind of the objects, e.g. `NetworkPolicy.networking.k8s.io`.
 * @param selectorOf Reads the selector of such an object; `undefined` where it selects nothing.
 */
export function coverageBy(
    stack: Stack,
    kind: string,
    selectorOf: (subject: Subject) => Selector | undefined,
): Coverage {
    const indexOf = memoized((namespace: string | undefined) =>
        selectorIndex(stack.inNamespace(kind, namespace), selectorOf),
    );
    const name = kind.split(".")[0] ?? kind;
    return {
        *demand(field, holder) {
            const namespace = namespaceOf(holder);
            const labels = readLabels(field);
            // Its namespace itself is undetermined, or malformed, to the rules that read it.
            if (namespace === undefined) {
                holder.object.at("metadata", "namespace").string();
                return;
            }
            const near = [namespace, undefined].map(indexOf);
            if (near[0]?.selecting(labels) !== undefined) {
                return;
            }
            // One that is not known yet, or its namespace, may be the one.
            const elsewhere = near[1]?.selecting(labels);
            const unsure = near.flatMap(({ unreadable }) => unreadable ?? [])[0];
            if (elsewhere !== undefined) {
                elsewhere.object.at("metadata", "namespace").string();
            }
            if (unsure !== undefined) {
                yield undeterminedBy(unsure.item, unsure.error.field.path);
                return;
            }
            yield violation(field, `are selected by no ${name} of this stack`, "Add one that selects them.");
        },
    };
}
