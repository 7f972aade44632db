import type { ResourceValidationPolicy } from "@pulumi/policy";
import { evaluator, type Evaluate } from "../evaluation/evaluate";
import type { Exception } from "../engine/exception";
import type { Rule } from "../evaluation/rule";
import type { Usage } from "../engine/usage";
import { isRelease, releaseSources } from "../helm/sources";
import { elementKind, type GroupKind } from "../kubernetes/kinds";
import type { Source } from "../kubernetes/subject";
import { ConfigFault, configured } from "./configured";
import { packInputs, type Inputs } from "./inputs";
import { remediation } from "./remediation";
import { REMEDIES } from "./remedies";
import { policyInfo } from "./policyInfo";
import { Reporter } from "./reporter";

/** State shared by the policies of a pack. */
export interface Shared {
    /** Exceptions defined in code. */
    readonly exceptions: readonly Exception[];
    /** Records which exceptions are used. */
    readonly usage?: Usage;
    /** The resources that the policies receive. */
    readonly inputs: Inputs;
    /** Receives the findings. */
    readonly reporter: Reporter;
}

/** A rule as a CrossGuard policy. */
export function resourcePolicy(
    rule: Rule,
    { exceptions, usage, inputs, reporter }: Shared = {
        exceptions: [],
        inputs: packInputs(),
        reporter: new Reporter(),
    },
): ResourceValidationPolicy {
    const { id } = rule;
    const evaluateWith = configured(id, (config) =>
        evaluator({ rules: [rule], config: { [id]: config }, exceptions, usage }),
    );
    const remedy = REMEDIES[id];
    return {
        ...policyInfo(rule),
        ...(remedy === undefined ? {} : { remediateResource: remediation(rule, remedy, exceptions) }),
        validateResource: (args, reportViolation) => {
            const source = inputs.resource(args);
            // Returns instead of calling args.notApplicable, which throws and would cost more than everything else for
            // a resource that is not evaluated.
            if (source === undefined || !concerns(rule, source)) {
                return;
            }
            const report = (evaluate: Evaluate) => (sources: readonly Source[]) => {
                for (const outcome of sources.flatMap(evaluate)) {
                    reporter.report(outcome, reportViolation, args.urn);
                }
            };
            const evaluate = evaluateWith(args.getConfig());
            if (evaluate instanceof ConfigFault) {
                evaluate.report(reporter, reportViolation, args.urn);
            } else if (isRelease(source)) {
                return releaseSources(source).then(report(evaluate));
            } else {
                report(evaluate)([source]);
            }
        },
    };
}

/** Whether a rule may apply to objects of a kind, or to the elements of a list. */
function concerns(rule: Rule, type: GroupKind): boolean {
    // A chart may contain any kind.
    if (isRelease(type)) {
        return true;
    }
    const element = elementKind(type);
    return rule.applies(type) || element === "any" || (element !== undefined && rule.applies(element));
}
