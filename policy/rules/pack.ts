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

/** Finds exceptions that have expired, that nothing needs any more, or that name no rule. */
export const EXCEPTIONS: PolicyHead = {
    id: "exceptions",
    title: "Exceptions are used and have not expired",
    description: "Every exception must still be needed and must not have expired.",
    severity: "medium",
    level: "mandatory",
    remediation: ["Remove the exception.", "Or, where it is still right, set a later last day."],
    url: "https://github.com/pulumi/pulumi-policy",
};

/** Counts what was not shown in full. */
export const SUMMARY: PolicyHead = {
    id: "summary",
    title: "Advisory findings and used exceptions",
    description: "Counts advisory findings and used exceptions, with the commands that list them.",
    severity: "low",
    level: "advisory",
    remediation: ["Fix the advisory findings that matter here."],
    url: "https://github.com/pulumi/pulumi-policy",
};

/** The policies of the pack that judge no object but the pack's own work. */
export const PACK_POLICIES: readonly PolicyHead[] = [CHART_CHILDREN, EXCEPTIONS, SUMMARY];
