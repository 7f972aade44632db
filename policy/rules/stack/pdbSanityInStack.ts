import type { Field } from "../../engine/field";
import { violation } from "../../engine/finding";
import { infoOf } from "../../evaluation/rule";
import { defineStackRule, eachObject } from "../../evaluation/stackRule";
import { kindName } from "../../kubernetes/kinds";
import { readSelector } from "../../kubernetes/selector";
import { readShare, shareOf } from "../../kubernetes/share";
import { autoscalersByTarget, BUDGET, namespaceOf, SCALED_KINDS } from "../../kubernetes/stack";
import type { Subject } from "../../kubernetes/subject";
import { pdbSanity } from "../reliability/pdbSanity";

/** A budget that keeps as many pods as there are blocks every eviction, whatever its number. */
export const pdbSanityInStack = defineStackRule({
    ...infoOf(pdbSanity),
    options: {},
    check(stack) {
        const autoscalers = autoscalersByTarget(stack);
        return eachObject(stack.ofKind(BUDGET), function* (budget) {
            const { object } = budget;
            const least = object.at("spec", "minAvailable");
            const kept = readShare(least);
            // 100 % is found without a look at the pods.
            if (kept === undefined || (kept.percent && kept.number >= 100)) {
                return;
            }
            const guarded = stack.selectedBy(namespaceOf(budget), readSelector(object.at("spec", "selector")));
            const subjects = [...new Set(guarded.map(({ subject }) => subject))];
            // Of other kinds it is not known here how many pods they have.
            if (subjects.length === 0 || !subjects.every((subject) => SCALED_KINDS.includes(kindName(subject)))) {
                return;
            }
            const pods = subjects.reduce((sum, subject) => sum + fewest(subject, autoscalers.get(subject)), 0);
            if (pods === 0 || shareOf(kept, pods) < pods) {
                return;
            }
            yield violation(
                least,
                `is ${kept.number}${kept.percent ? "%" : ""}, which keeps all ${pods} pods that it is for and so blocks every eviction`,
                "Set it lower, or set maxUnavailable: 1 in its place.",
            );
        });
    },
});

/** The least number of pods that an object has, by its autoscaler or by itself. */
function fewest({ object }: Subject, autoscaler: Subject | undefined): number {
    const count: Field =
        autoscaler === undefined ? object.at("spec", "replicas") : autoscaler.object.at("spec", "minReplicas");
    return count.number() ?? 1;
}
