import type { StackValidationPolicy } from "@pulumi/policy";
import { CHART_CHILDREN } from "../rules/pack";
import { policyInfo } from "./policyInfo";
import { Reporter } from "./reporter";

/** Components whose children are the objects of a chart or of files. */
const COMPONENTS =
    /^kubernetes:(?:helm\.sh\/v[34]:Chart|yaml(?:\/v2)?:Config(?:Group|File)|kustomize(?:\/v2)?:Directory)$/;

/** The policy that finds charts without children: a preview has nothing in them to judge, but the update does. */
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
                    `${kind} ${name}: has no objects, so that nothing in it was judged.`,
                    reportViolation,
                    urn,
                );
            }
        },
    };
}
