import type { PolicyHead } from "../evaluation/rule";

/** Finds charts without children: with inputs that are unknown in a preview they register none. */
export const CHART_CHILDREN: PolicyHead = {
    id: "chart-children",
    title: "Charts are judged in previews",
    description: "A chart or group of files should have its objects in the preview.",
    severity: "medium",
    level: "advisory",
    remediation: ["Let the inputs of the chart be known in a preview.", "Or expect its violations in the update."],
    url: "https://www.pulumi.com/registry/packages/kubernetes/api-docs/helm/v4/chart/",
};

/** Finds exceptions that are over, that nothing needs any more, or that name no rule. */
export const EXCEPTIONS: PolicyHead = {
    id: "exceptions",
    title: "Exceptions are used and not over",
    description: "Every exception must still be needed and must not have expired.",
    severity: "medium",
    level: "mandatory",
    remediation: ["Remove the exception.", "Or, where it is still right, set a later last day."],
    url: "https://github.com/pulumi/pulumi-policy",
};

/** The policies of the pack that judge no object but the pack's own work. */
export const PACK_POLICIES: readonly PolicyHead[] = [CHART_CHILDREN, EXCEPTIONS];
