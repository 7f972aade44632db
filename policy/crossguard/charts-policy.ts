import type { StackValidationPolicy } from "@pulumi/policy";

/** Components whose children are the objects of a chart or of files. */
const COMPONENTS =
    /^kubernetes:(?:helm\.sh\/v[34]:Chart|yaml(?:\/v2)?:Config(?:Group|File)|kustomize(?:\/v2)?:Directory)$/;

/**
 * The policy that finds charts without children. With inputs that are unknown in a preview they register none, so that the
 * preview finds nothing to judge and the update does.
 */
export const chartsPolicy: StackValidationPolicy = {
    name: "chart-children",
    displayName: "Charts are judged in previews",
    description: "A chart or group of files should have its objects in the preview.",
    severity: "medium",
    enforcementLevel: "advisory",
    remediationSteps:
        "1. Let the inputs of the chart be known in a preview.\n2. Or expect its violations in the update.",
    url: "https://www.pulumi.com/registry/packages/kubernetes/api-docs/helm/v4/chart/",
    validateStack: ({ resources }, reportViolation) => {
        const parents = new Set(resources.map(({ parent }) => parent?.urn));
        for (const { type, name, urn } of resources) {
            if (!COMPONENTS.test(type) || parents.has(urn)) continue;
            const kind = type.slice(type.lastIndexOf(":") + 1);
            reportViolation(`${kind} ${name}: has no objects, so that nothing in it was judged.`, urn);
        }
    },
};
