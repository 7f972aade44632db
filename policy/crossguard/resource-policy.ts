import type { ReportViolation, ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { evaluator, type Evaluate } from "../engine/evaluate";
import type { Exception } from "../engine/exception";
import { OptionError, type RuleConfig } from "../engine/options";
import type { Rule } from "../engine/rule";
import { elementKind, type GroupKind } from "../kubernetes/kinds";
import type { Source } from "../kubernetes/subject";
import { parseTypeToken } from "./type-token";

/** A rule as a CrossGuard policy. */
export function resourcePolicy(rule: Rule, exceptions: readonly Exception[]): ResourceValidationPolicy {
    const { id, title, description, severity, level, remediation, url, options } = rule;
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
        validateResource: (args, reportViolation) => {
            const type = parseTypeToken(args.type);
            // A plain return: args.notApplicable throws, which costs more than all else for a resource that isn't judged.
            if (type === undefined || !concerns(rule, type)) return;
            const stack = /^urn:pulumi:([^:]+)::/.exec(args.urn)?.[1];
            const source = { ...type, body: plainProps(args), fallbackName: args.name, stack };
            report(rule, exceptions, source, args.getConfig(), reportViolation);
        },
    };
}

/** Whether a rule may have something to say about objects of a kind, or about the elements of a list. */
function concerns(rule: Rule, type: GroupKind): boolean {
    const element = elementKind(type);
    return rule.applies(type) || element === "any" || (element !== undefined && rule.applies(element));
}

function report(
    rule: Rule,
    exceptions: readonly Exception[],
    source: Source,
    config: RuleConfig,
    reportViolation: ReportViolation,
): void {
    const evaluate = configured(rule, exceptions, config);
    if (typeof evaluate === "string") {
        reportViolation(evaluate);
        return;
    }
    for (const { type, message, advisory } of evaluate(source)) {
        if (type === "violation" && !advisory) reportViolation(message);
        else advise(reportViolation, message);
    }
}

/** The evaluation of one rule, or what is wrong with its configuration. */
function configured(rule: Rule, exceptions: readonly Exception[], config: RuleConfig): Evaluate | string {
    try {
        return evaluator({ rules: [rule], config: { [rule.id]: config }, exceptions });
    } catch (error) {
        // Thrown on, it would end the update with a stack trace.
        if (error instanceof OptionError) return `Configuration of rule ${rule.id}: ${error.message}`;
        throw error;
    }
}

/**
 * Reports a remark that never stops an update, whatever the policy's own level. The SDK takes such an object at run time;
 * its declaration knows only the string form, which always has the policy's level.
 */
function advise(reportViolation: ReportViolation, message: string): void {
    Reflect.apply(reportViolation, undefined, [{ message, enforcementLevel: "advisory" }]);
}

/**
 * The inputs without the SDK's proxy, which throws at the first unknown value and so would hide all that is known beside
 * it. Unknown values are then told by their sentinels.
 */
function plainProps(args: ResourceValidationArgs): unknown {
    return Reflect.get(args.props, "__getSpecialProxyTarget") ?? args.props;
}
