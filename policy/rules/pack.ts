import type { PolicyHead } from "../evaluation/rule";

/** Finds charts without children: a chart with inputs that are unknown in a preview registers none. */
export const CHART_CHILDREN: PolicyHead = {
    id: "chart-children",
    title: "Charts are evaluated in previews",
    description: "A chart or group of files should have its objects in the preview.",
    severity: "medium",
    level: "advisory",
    remediation: ["Use chart inputs that are known in a preview.", "Or expect violations only during the update."],
    url: "https://www.pulumi.com/registry/packages/kubernetes/api-docs/helm/v4/chart/",
};

/** Finds exceptions that have expired, are no longer needed, or name no rule. */
export const EXCEPTIONS: PolicyHead = {
    id: "exceptions",
    title: "Exceptions are used and have not expired",
    description: "Every exception must still be needed and must not have expired.",
    severity: "medium",
    level: "mandatory",
    remediation: ["Remove the exception.", "Or, if it is still justified, set a later expiry date."],
    url: "https://github.com/pulumi/pulumi-policy",
};

/** Counts the findings that are not shown in full. */
export const SUMMARY: PolicyHead = {
    id: "summary",
    title: "Advisory findings and used exceptions",
    description: "Counts advisory findings and used exceptions, with the commands that list them.",
    severity: "low",
    level: "advisory",
    remediation: ["Fix the advisory findings that matter here."],
    url: "https://github.com/pulumi/pulumi-policy",
};

/** The policies of the pack that report about the pack itself, not about objects. */
export const PACK_POLICIES: readonly PolicyHead[] = [CHART_CHILDREN, EXCEPTIONS, SUMMARY];
