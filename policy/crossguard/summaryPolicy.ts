import type { StackValidationPolicy } from "@pulumi/policy";
import { SUMMARY } from "../rules/pack";
import type { Reporter } from "./reporter";
import { advise } from "./reporter";
import { policyInfo } from "./policyInfo";

/** Project whose program the pack comes with. */
const OWN_PROJECT = "x0tta6bl4";

/** The policy that summarizes the findings that were only counted. It runs last. */
export function summaryPolicy(reporter: Reporter): StackValidationPolicy {
    return {
        ...policyInfo(SUMMARY),
        validateStack: ({ resources }, reportViolation) => {
            const [, stack = "", project] = /^urn:pulumi:([^:]+)::([^:]+)::/.exec(resources[0]?.urn ?? "") ?? [];
            const lines = reporter.summary(stack, project === OWN_PROJECT);
            if (lines.length > 0) {
                advise(reportViolation, lines.join("\n"));
            }
        },
    };
}
