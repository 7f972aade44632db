import { violation } from "../../engine/finding";
import { infoOf } from "../../engine/rule";
import { about, defineStackRule } from "../../engine/stack-rule";
import { readSelector, selects, selectsAll } from "../../kubernetes/selector";
import { nameOf, namespaceOf } from "../../kubernetes/stack";
import { selectorMatchesTemplate } from "../reliability/selector-matches-template";

/** Two objects that select the same pods fight over them. */
export const selectorMatchesTemplateInStack = defineStackRule({
    ...infoOf(selectorMatchesTemplate),
    options: {},
    *check(stack) {
        for (const subject of stack.ofKind(
            "Deployment.apps",
            "StatefulSet.apps",
            "DaemonSet.apps",
            "ReplicaSet.apps",
        )) {
            const field = subject.object.at("spec", "selector");
            const namespace = namespaceOf(subject);
            yield* about(subject, function* () {
                if (!field.isSet() || namespace === undefined) return;
                const selector = readSelector(field);
                if (selectsAll(selector)) return;
                for (const other of stack.workloadsIn(namespace)) {
                    if (other.subject === subject) continue;
                    if (other.labels === undefined || !selects(selector, other.labels)) continue;
                    yield violation(
                        field,
                        `also selects the pods of ${other.subject.kind} ${nameOf(other.subject) ?? ""}`,
                        "Add a label that only its own pods have.",
                    );
                }
            });
        }
    },
});
