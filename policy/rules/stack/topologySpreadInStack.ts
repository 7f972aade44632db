import { infoOf } from "../../evaluation/rule";
import { defineStackRule, eachObject } from "../../evaluation/stackRule";
import { scalingByTarget } from "../../kubernetes/autoscaler";
import { SCALED_KINDS } from "../../kubernetes/stack";
import { checkSpread, spreadOptions, topologySpread } from "../reliability/topologySpread";

/** The autoscaler defines the replicas of its target. */
export const topologySpreadInStack = defineStackRule({
    ...infoOf(topologySpread),
    options: spreadOptions,
    check(stack, options) {
        const scalings = scalingByTarget(stack);
        return eachObject(stack.ofKind(...SCALED_KINDS), function* (subject) {
            const scaling = scalings.get(subject);
            // The object half evaluates workloads that set replicas.
            if (scaling === undefined || subject.object.at("spec", "replicas").isSet()) {
                return;
            }
            if (scaling.most() < 2) {
                return;
            }
            yield* checkSpread(subject, options);
        });
    },
});
