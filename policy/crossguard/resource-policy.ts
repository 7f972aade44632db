import type { ReportViolation, ResourceValidationPolicy } from "@pulumi/policy";
import { evaluator, type Evaluate } from "../engine/evaluate";
import type { Exception } from "../engine/exception";
import { OptionError, type RuleConfig } from "../engine/options";
import type { Rule } from "../engine/rule";
import { elementKind, type GroupKind } from "../kubernetes/kinds";
import type { Source } from "../kubernetes/subject";
import { isRelease, releaseSources } from "../helm/sources";
import { remediation } from "./remediation";
import { REMEDIES } from "./remedies";
import { plainProps, policyInfo, reportOutcomes } from "./reporting";
import { parseTypeToken, stackOfUrn } from "./type-token";

/** Whom a policy tells what it did. */
export interface Observer {
    /** An exception in code covered something. */
    readonly onUse: (exception: Exception) => void;
    /** The policy looked at a resource with these inputs. */
    readonly onRun: (rule: string, urn: string, inputs: unknown) => void;
}

/** A rule as a CrossGuard policy. */
export function resourcePolicy(
    rule: Rule,
    exceptions: readonly Exception[],
    observer?: Observer,
): ResourceValidationPolicy {
    const remedy =
        REMEDIES[rule.id] === undefined
            ? {}
            : { remediateResource: remediation(rule.id, (config) => configured(rule, exceptions, config, observer)) };
    return {
        ...policyInfo(rule),
        ...remedy,
        validateResource: (args, reportViolation) => {
            const type = parseTypeToken(args.type);
            // A plain return: args.notApplicable throws, which costs more than all else for a resource that isn't judged.
            if (type === undefined || !concerns(rule, type)) return;
            const body = plainProps(args.props);
            observer?.onRun(rule.id, args.urn, body);
            const source = { ...type, body, fallbackName: args.name, stack: stackOfUrn(args.urn) };
            const evaluate = configured(rule, exceptions, args.getConfig(), observer);
            if (!isRelease(type)) {
                report(evaluate, [source], reportViolation);
                return;
            }
            return releaseSources(source).then((sources) => {
                report(evaluate, sources, reportViolation);
            });
        },
    };
}

/** Whether a rule may have something to say about objects of a kind, or about the elements of a list. */
function concerns(rule: Rule, type: GroupKind): boolean {
    // A chart may hold anything.
    if (isRelease(type)) return true;
    const element = elementKind(type);
    return rule.applies(type) || element === "any" || (element !== undefined && rule.applies(element));
}

function report(evaluate: Evaluate | string, sources: readonly Source[], reportViolation: ReportViolation): void {
    if (typeof evaluate === "string") reportViolation(evaluate);
    else for (const source of sources) reportOutcomes(evaluate(source), reportViolation);
}

/** The evaluation of one rule, or what is wrong with its configuration. */
function configured(
    rule: Rule,
    exceptions: readonly Exception[],
    config: RuleConfig,
    observer: Observer | undefined,
): Evaluate | string {
    try {
        return evaluator({ rules: [rule], config: { [rule.id]: config }, exceptions, onUse: observer?.onUse });
    } catch (error) {
        // Thrown on, it would end the update with a stack trace.
        if (error instanceof OptionError) return `Configuration of rule ${rule.id}: ${error.message}`;
        throw error;
    }
}
