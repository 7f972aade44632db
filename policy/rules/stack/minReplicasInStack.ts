import { violation } from "../../engine/finding";
import { infoOf } from "../../evaluation/rule";
import { defineStackRule, eachObject } from "../../evaluation/stackRule";
import { allowedBy } from "../../kubernetes/allow";
import { openAutoscaler, referenceOf, scalingByTarget } from "../../kubernetes/autoscaler";
import { undeterminedBy } from "../../kubernetes/undetermined";
import { minReplicas, REPLICATED_KINDS, replicaOptions } from "../reliability/minReplicas";

/** An unset number of replicas is correct with an autoscaler, and means one without. */
export const minReplicasInStack = defineStackRule({
    ...infoOf(minReplicas),
    options: replicaOptions,
    check(stack, { min, unset, allow }) {
        const autoscaled = scalingByTarget(stack);
        const open = openAutoscaler(stack);
        return eachObject(unset === "autoscaled" ? stack.ofKind(...REPLICATED_KINDS) : [], function* (subject) {
            const field = subject.object.at("spec", "replicas");
            if (min < 2 || field.isSet() || autoscaled.has(subject) || allowedBy(allow, subject.object)) {
                return;
            }
            if (open !== undefined) {
                yield undeterminedBy(open, referenceOf(open).path);
            } else {
                yield violation(
                    field,
                    "is unset, which means 1, and no autoscaler of this stack sets it",
                    `Set it to ${min} or more, or add a HorizontalPodAutoscaler (options allow, unset).`,
                );
            }
        });
    },
});
