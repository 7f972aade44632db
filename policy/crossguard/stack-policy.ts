import type { ReportViolation, StackValidationArgs, StackValidationPolicy } from "@pulumi/policy";
import { stackEvaluator } from "../engine/evaluate-stack";
import type { Exception } from "../engine/exception";
import { OptionError } from "../engine/options";
import type { Outcome } from "../engine/outcome";
import type { StackRule } from "../engine/stack-rule";
import type { Source } from "../kubernetes/subject";
import type { Tracker } from "./exceptions-policy";
import { plainProps, policyInfo, reportOutcomes } from "./reporting";
import { parseTypeToken, stackOfUrn } from "./type-token";

/** A rule over a stack as a CrossGuard policy. */
export function stackPolicy(
    rule: StackRule,
    exceptions: readonly Exception[],
    usage?: Pick<Tracker, "onUse" | "inputsOf">,
): StackValidationPolicy {
    return {
        ...policyInfo(rule),
        validateStack: (args, reportViolation) => {
            const { id } = rule;
            try {
                const evaluate = stackEvaluator({
                    rules: [rule],
                    config: { [id]: args.getConfig() },
                    exceptions,
                    onUse: usage?.onUse,
                });
                report(args, evaluate(sourcesOf(args, usage?.inputsOf)), reportViolation);
            } catch (error) {
                // Thrown on, it would end the update with a stack trace.
                if (!(error instanceof OptionError)) throw error;
                reportViolation(`Configuration of rule ${id}: ${error.message}`);
            }
        },
    };
}

/**
 * The Kubernetes objects of a stack, as the program asked for them where that is known: CrossGuard hands over outputs, which
 * hold what others set in the live object, e.g. an autoscaler's replicas.
 */
function sourcesOf({ resources }: StackValidationArgs, inputsOf?: (urn: string) => unknown): Source[] {
    return resources.flatMap((resource) => {
        const type = parseTypeToken(resource.type);
        if (type === undefined) return [];
        const stack = stackOfUrn(resource.urn);
        const body = inputsOf?.(resource.urn) ?? plainProps(resource.props);
        return [{ ...type, body, fallbackName: resource.name, stack }];
    });
}

function report({ resources }: StackValidationArgs, outcomes: readonly Outcome[], report: ReportViolation): void {
    if (outcomes.length === 0) return;
    const urns = urnsByName(resources);
    // Where the name tells which resource is meant, the CLI shows the message with it.
    for (const outcome of outcomes) reportOutcomes([outcome], report, urns.get(outcome.kind)?.get(outcome.name));
}

/** The first resource with each name, by kind. An index: stacks may have thousands of resources. */
function urnsByName(resources: StackValidationArgs["resources"]): ReadonlyMap<string, ReadonlyMap<unknown, string>> {
    const kinds = new Map<string, Map<unknown, string>>();
    for (const { type, props, urn } of resources) {
        const kind = type.slice(type.lastIndexOf(":") + 1);
        const names = kinds.get(kind) ?? new Map<unknown, string>();
        kinds.set(kind, names);
        const name = nameIn(plainProps(props));
        if (!names.has(name)) names.set(name, urn);
    }
    return kinds;
}

function nameIn(body: unknown): unknown {
    const metadata: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "metadata") : undefined;
    return typeof metadata === "object" && metadata !== null ? Reflect.get(metadata, "name") : undefined;
}
