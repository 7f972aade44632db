import type { StackValidationPolicy } from "@pulumi/policy";
import { stackEvaluator } from "../evaluation/evaluateStack";
import type { StackRule } from "../evaluation/stackRule";
import { ConfigFault, configured } from "./configured";
import { policyInfo } from "./policyInfo";
import { stackConfiguration } from "./stackConfiguration";
import type { Shared } from "./resourcePolicy";

/** A rule over a stack as a CrossGuard policy. */
export function stackPolicy(rule: StackRule, { exceptions, usage, inputs, reporter }: Shared): StackValidationPolicy {
    const { id, fromStack } = rule;
    const evaluateWith = configured(id, (config) => {
        const own = fromStack?.(stackConfiguration(process.env)) ?? {};
        return stackEvaluator({ rules: [rule], config: { [id]: { ...own, ...config } }, exceptions, usage });
    });
    return {
        ...policyInfo(rule),
        validateStack: async (args, reportViolation) => {
            const evaluate = evaluateWith(args.getConfig());
            if (evaluate instanceof ConfigFault) {
                evaluate.report(reporter, reportViolation);
                return;
            }
            const { sources, urns } = await inputs.stack(args);
            // The CLI shows the message with the resource.
            for (const outcome of evaluate(sources)) {
                const urn = urns.get(outcome.source);
                reporter.report(outcome, reportViolation, urn, urn);
            }
        },
    };
}
