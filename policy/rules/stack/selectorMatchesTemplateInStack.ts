import { violation } from "../../engine/finding";
import { infoOf } from "../../evaluation/rule";
import { defineStackRule, eachObject } from "../../evaluation/stackRule";
import { readSelector, selectsAll } from "../../kubernetes/selector";
import { JOB_KINDS } from "../../kubernetes/kinds";
import { nameOf, namespaceOf, type StackWorkload } from "../../kubernetes/stack";
import type { Subject } from "../../kubernetes/subject";
import { selectorMatchesTemplate } from "../reliability/selectorMatchesTemplate";

/** Kinds that own the pods that they select. */
const OWNING_KINDS = [
    "Deployment.apps",
    "StatefulSet.apps",
    "DaemonSet.apps",
    "ReplicaSet.apps",
    "Rollout.argoproj.io",
];

/** Two controllers that select the same pods conflict. */
export const selectorMatchesTemplateInStack = defineStackRule({
    ...infoOf(selectorMatchesTemplate),
    options: {},
    check: (stack) =>
        eachObject(stack.ofKind(...OWNING_KINDS), function* (subject) {
            const field = subject.object.at("spec", "selector");
            const namespace = namespaceOf(subject);
            if (!field.isSet() || namespace === undefined) {
                return;
            }
            const selector = readSelector(field);
            if (selectsAll(selector)) {
                return;
            }
            const others = stack
                .selectedBy(namespace, selector)
                .filter((other) => other.subject !== subject && canBeTaken(other, subject));
            const [first] = others;
            if (first === undefined) {
                return;
            }
            const more = others.length === 1 ? "" : `, and of ${others.length - 1} more`;
            yield violation(
                field,
                `also selects the pods of ${first.subject.kind} ${nameOf(first.subject) ?? ""}${more}`,
                "Add a label that only its own pods have.",
            );
        }),
});

/**
 * Whether another controller may adopt the pods. Pods of a Job belong to it, a PodTemplate has no pods, and a
 * Deployment adds a hash to its selector that a bare Pod, such as a chart test, does not have.
 */
function canBeTaken({ workload }: StackWorkload, by: Subject): boolean {
    const safe = [...JOB_KINDS, "PodTemplate", ...(["Deployment", "Rollout"].includes(by.kind) ? ["Pod"] : [])];
    return workload.custom || !safe.includes(workload.kind);
}
