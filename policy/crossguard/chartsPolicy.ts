import type { StackValidationPolicy } from "@pulumi/policy";
import { CHART_CHILDREN } from "../rules/pack";
import { policyInfo } from "./policyInfo";
import { Reporter } from "./reporter";

/** Components whose children are the objects of a chart or of manifest files. */
const COMPONENTS =
    /^kubernetes:(?:helm\.sh\/v[34]:Chart|yaml(?:\/v2)?:Config(?:Group|File)|kustomize(?:\/v2)?:Directory)$/;

/**
 * The policy that reports charts without children: a preview cannot evaluate their objects, but the update creates
 * them.
 */
export function chartsPolicy(reporter = new Reporter()): StackValidationPolicy {
    return {
        ...policyInfo(CHART_CHILDREN),
        validateStack: ({ resources }, reportViolation) => {
            const parents = new Set(resources.map(({ parent }) => parent?.urn));
            for (const { type, name, urn } of resources) {
                if (!COMPONENTS.test(type) || parents.has(urn)) {
                    continue;
                }
                const kind = type.slice(type.lastIndexOf(":") + 1);
                reporter.say(
                    CHART_CHILDREN.id,
                    `${kind} ${name}: has no objects, so nothing in it was evaluated.`,
                    reportViolation,
                    urn,
                );
            }
        },
    };
}
