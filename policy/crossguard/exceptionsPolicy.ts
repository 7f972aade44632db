import type { StackValidationPolicy } from "@pulumi/policy";
import { todayInUtc } from "../evaluation/evaluate";
import { stackOfSources } from "../evaluation/evaluateStack";
import { usageFaults } from "../evaluation/exceptionsCheck";
import type { Usage } from "../engine/usage";
import { EXCEPTIONS } from "../rules/pack";
import type { Inputs } from "./inputs";
import { policyInfo } from "./reporting";

/**
 * The policy that finds exceptions which are over, which nothing needs any more, or which name no rule. One counts as
 * unused only when its rule has looked at an object that it is for: a disabled rule or a partial update says nothing
 * about it. It comes after all other policies.
 */
export function exceptionsPolicy(
    rules: ReadonlySet<string>,
    usage: Usage,
    inputs: Inputs,
    today = todayInUtc,
): StackValidationPolicy {
    return {
        ...policyInfo(EXCEPTIONS),
        validateStack: async (args, reportViolation) => {
            const { sources, urns } = await inputs.stack(args);
            for (const { message, source } of usageFaults(stackOfSources(sources).subjects, rules, usage, today())) {
                reportViolation(message, urns.get(source));
            }
        },
    };
}
