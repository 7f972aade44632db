import type { ResourceValidationPolicy } from "@pulumi/policy";
import type { OptionDefinitions } from "../engine/options";
import type { PolicyHead } from "../evaluation/rule";

/** Metadata of a rule for CrossGuard. */
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

/**
 * Properties without the SDK's proxy, which throws at the first unknown value and would hide the known values next to
 * it. Unknown values are then recognized by their sentinels.
 */
export function plainProps(props: object): object {
    const target: unknown = Reflect.get(props, "__getSpecialProxyTarget");
    return typeof target === "object" && target !== null ? target : props;
}
