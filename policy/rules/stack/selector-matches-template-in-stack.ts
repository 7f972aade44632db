import { violation } from "../../engine/finding";
import { infoOf } from "../../engine/rule";
import { defineStackRule, eachObject } from "../../engine/stack-rule";
import { readSelector, selectsAll } from "../../kubernetes/selector";
import { nameOf, namespaceOf } from "../../kubernetes/stack";
import { selectorMatchesTemplate } from "../reliability/selector-matches-template";

/** Two objects that select the same pods fight over them. */
export const selectorMatchesTemplateInStack = defineStackRule({
    ...infoOf(selectorMatchesTemplate),
    options: {},
    check: (stack) =>
        eachObject(
            stack.ofKind("Deployment.apps", "StatefulSet.apps", "DaemonSet.apps", "ReplicaSet.apps"),
            function* (subject) {
                const field = subject.object.at("spec", "selector");
                const namespace = namespaceOf(subject);
                if (!field.isSet() || namespace === undefined) return;
                const selector = readSelector(field);
                if (selectsAll(selector)) return;
                const others = stack.selectedBy(namespace, selector).filter((other) => other.subject !== subject);
                const [first] = others;
                if (first === undefined) return;
                const more = others.length === 1 ? "" : `, and of ${others.length - 1} more`;
                yield violation(
                    field,
                    `also selects the pods of ${first.subject.kind} ${nameOf(first.subject) ?? ""}${more}`,
                    "Add a label that only its own pods have.",
                );
            },
        ),
});
