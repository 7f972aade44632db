import { infoOf } from "../../evaluation/rule";
import { defineStackRule, eachObject } from "../../evaluation/stackRule";
import { autoscalersByTarget, SCALED_KINDS } from "../../kubernetes/stack";
import { checkSpread, spreadOptions, topologySpread } from "../reliability/topologySpread";

/** The replicas of what an autoscaler scales are in the autoscaler. */
export const topologySpreadInStack = defineStackRule({
    ...infoOf(topologySpread),
    options: spreadOptions,
    check(stack, options) {
        const autoscalers = autoscalersByTarget(stack);
        return eachObject(stack.ofKind(...SCALED_KINDS), function* (subject) {
            const autoscaler = autoscalers.get(subject)?.object.at("spec");
            // With a number of its own it was judged by itself.
            if (autoscaler === undefined || subject.object.at("spec", "replicas").isSet()) {
                return;
            }
            if ((autoscaler.at("maxReplicas").number() ?? 1) < 2) {
                return;
            }
            yield* checkSpread(subject, options);
        });
    },
});
