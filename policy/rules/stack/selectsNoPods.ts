import type { Field } from "../../engine/field";
import { advice, violation, type Finding } from "../../engine/finding";
import { selectsWithMore } from "../../kubernetes/runTimeLabels";
import type { Selector } from "../../kubernetes/selector";
import type { Stack } from "../../kubernetes/stack";
import { hasUnseenPods } from "../../kubernetes/unseenPods";

/**
 * Findings about a selector that selects no pod of the stack: a violation, or an advice where pods that the stack does not
 * show may be meant.
 * @param namespace Namespace of the object; `undefined` where it is not known.
 */
export function* selectsNoPods(
    stack: Stack,
    namespace: string | undefined,
    field: Field,
    selector: Selector,
): Generator<Finding> {
    // A workload whose namespace is not known yet may be in this namespace.
    const around = [namespace, undefined].flatMap((place) => stack.workloadsIn(place));
    if (around.length === 0) {
        yield advice(
            field,
            "selects pods in a namespace in which this stack has no workload",
            "Check that they are deployed elsewhere (options assumeExisting, exemptNamespaces).",
        );
    } else if (around.some(({ labels }) => labels !== undefined && selectsWithMore(selector, labels))) {
        yield advice(
            field,
            "selects pods of this stack only by labels that no pod template has",
            "Check that something labels the pods at run time, or use the labels of a pod template.",
        );
    } else if (around.every(({ labels }) => labels !== undefined) && !hasUnseenPods(stack, namespace)) {
        // Where labels are not known yet, or to an operator only, those pods may be the ones.
        yield violation(field, "selects no pods of this stack", "Use the labels of a pod template.");
    }
}
