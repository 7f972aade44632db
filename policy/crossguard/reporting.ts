import type { ReportViolation, ResourceValidationPolicy } from "@pulumi/policy";
import type { OptionDefinitions } from "../engine/options";
import type { Outcome } from "../engine/outcome";
import type { PolicyHead } from "../evaluation/rule";

/** What CrossGuard is told about every kind of rule. */
export function policyInfo(
    rule: PolicyHead & { readonly options?: OptionDefinitions },
): Omit<ResourceValidationPolicy, "validateResource"> {
    const { id, title, description, severity, level, remediation, url, options = {} } = rule;
    const properties = Object.fromEntries(Object.entries(options).map(([name, { schema }]) => [name, { ...schema }]));
    return {
        name: id,
        displayName: title,
        description,
        severity,
        enforcementLevel: level,
        remediationSteps: remediation.map((step, index) => `${index + 1}. ${step}`).join("\n"),
        url,
        configSchema: { properties },
    };
}

/** Reports outcomes, violations at the policy's level and all else as advice. */
export function reportOutcomes(outcomes: readonly Outcome[], report: ReportViolation, urn?: string): void {
    for (const { type, message, advisory } of outcomes) {
        if (type === "violation" && !advisory) {
            report(message, urn);
        } else {
            advise(report, message, urn);
        }
    }
}

/**
 * Reports a remark that never stops an update, whatever the policy's own level. The SDK takes such an object at run time;
 * its declaration knows only the string form, which always has the policy's level.
 */
function advise(reportViolation: ReportViolation, message: string, urn?: string): void {
    Reflect.apply(reportViolation, undefined, [{ message, enforcementLevel: "advisory", urn }]);
}

/**
 * Properties without the SDK's proxy, which throws at the first unknown value and so would hide all that is known beside
 * it. Unknown values are then told by their sentinels.
 */
export function plainProps(props: object): object {
    const target: unknown = Reflect.get(props, "__getSpecialProxyTarget");
    return typeof target === "object" && target !== null ? target : props;
}
