import type { StackValidationPolicy } from "@pulumi/policy";
import { todayInUtc } from "../evaluation/evaluate";
import { stackOfSources } from "../evaluation/evaluateStack";
import { usageFaults } from "../evaluation/exceptionsCheck";
import type { Usage } from "../engine/usage";
import { EXCEPTIONS } from "../rules/pack";
import type { Inputs } from "./inputs";
import { policyInfo } from "./policyInfo";
import type { Reporter } from "./reporter";

/**
 * The policy that reports exceptions that have expired, are no longer needed, or name no rule. An exception counts as
 * unused only when its rule has evaluated an object that it covers: a disabled rule or a partial update proves nothing.
 * It runs after all rules.
 */
export function exceptionsPolicy(
    rules: ReadonlySet<string>,
    usage: Usage,
    inputs: Inputs,
    reporter: Reporter,
    today = todayInUtc,
): StackValidationPolicy {
    return {
        ...policyInfo(EXCEPTIONS),
        validateStack: async (args, reportViolation) => {
            const { sources, urns } = await inputs.stack(args);
            for (const { message, source } of usageFaults(stackOfSources(sources).subjects, rules, usage, today())) {
                reporter.say(EXCEPTIONS.id, message, reportViolation, urns.get(source));
            }
        },
    };
}
