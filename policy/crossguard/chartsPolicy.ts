import type { StackValidationPolicy } from "@pulumi/policy";
import { CHART_CHILDREN } from "../rules/pack";
import { policyInfo } from "./reporting";

/** Components whose children are the objects of a chart or of files. */
const COMPONENTS =
    /^kubernetes:(?:helm\.sh\/v[34]:Chart|yaml(?:\/v2)?:Config(?:Group|File)|kustomize(?:\/v2)?:Directory)$/;

/** The policy that finds charts without children, in which a preview has nothing to judge and the update has. */
export const chartsPolicy: StackValidationPolicy = {
    ...policyInfo(CHART_CHILDREN),
    validateStack: ({ resources }, reportViolation) => {
        const parents = new Set(resources.map(({ parent }) => parent?.urn));
        for (const { type, name, urn } of resources) {
            if (!COMPONENTS.test(type) || parents.has(urn)) {
                continue;
            }
            const kind = type.slice(type.lastIndexOf(":") + 1);
            reportViolation(`${kind} ${name}: has no objects, so that nothing in it was judged.`, urn);
        }
    },
};
