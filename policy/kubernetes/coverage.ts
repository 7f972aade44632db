import type { Field } from "../engine/field";
import { violation, type Findings } from "../engine/finding";
import { readLabels, type Selector } from "./selector";
import { selectorIndex } from "./selectorIndex";
import { memoized, namespaceOf, type Stack } from "./stack";
import type { Subject } from "./subject";
import { undeterminedBy } from "./undetermined";

/** Whether the selector of any object selects the pods of a workload. */
export interface Coverage {
    /**
     * Requires coverage for the labels of a pod template.
     * @param labels Labels of the pods.
     * @param holder The object with the template.
     */
    readonly demand: (labels: Field, holder: Subject) => Findings;
}

/**
 * Coverage by the objects of a kind, each within its own namespace.
 * @param kind Kind of the objects, e.g. `NetworkPolicy.networking.k8s.io`.
 * @param selectorOf Reads the selector of such an object; `undefined` if it selects nothing.
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
            // The rules that read the namespace report it as undetermined or malformed.
            if (namespace === undefined) {
                holder.object.at("metadata", "namespace").string();
                return;
            }
            const near = [namespace, undefined].map(indexOf);
            if (near[0]?.selecting(labels) !== undefined) {
                return;
            }
            // An object whose selector or namespace is not known yet may select them.
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
