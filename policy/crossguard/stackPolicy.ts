import type { StackValidationPolicy } from "@pulumi/policy";
import type { RuleConfig } from "../engine/options";
import { stackEvaluator } from "../evaluation/evaluateStack";
import type { StackConfiguration, StackRule } from "../evaluation/stackRule";
import { ConfigFault, configured } from "./configured";
import { policyInfo } from "./policyInfo";
import { stackConfiguration } from "./stackConfiguration";
import type { Shared } from "./resourcePolicy";

/** A rule over a stack as a CrossGuard policy. */
export function stackPolicy(rule: StackRule, { exceptions, usage, inputs, reporter }: Shared): StackValidationPolicy {
    const { id } = rule;
    const evaluateWith = configured(id, (config) => {
        const merged = optionsOf(rule, stackConfiguration(process.env), config);
        return stackEvaluator({ rules: [rule], config: { [id]: merged }, exceptions, usage });
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

/**
 * Options of a rule: those of the pack's configuration, else those that the stack gives, else its defaults. The engine fills
 * in the defaults of what the configuration leaves out, so a value that is a default counts as left out.
 * @throws {OptionError} when what the stack says cannot be used.
 */
export function optionsOf(
    { fromStack, options }: Pick<StackRule, "fromStack" | "options">,
    stack: StackConfiguration,
    config: RuleConfig,
): RuleConfig {
    const own = fromStack?.(stack) ?? {};
    const isSet = ([name, value]: [string, unknown]) =>
        !(name in own) || JSON.stringify(value) !== JSON.stringify(options[name]?.default);
    return { ...own, ...Object.fromEntries(Object.entries(config).filter(isSet)) };
}
