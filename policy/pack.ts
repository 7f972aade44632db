import type { Policies, PolicyPackArgs } from "@pulumi/policy";
import { RunError } from "@pulumi/pulumi/errors";
import { chartsPolicy } from "./crossguard/chartsPolicy";
import { exceptionsPolicy } from "./crossguard/exceptionsPolicy";
import { packInputs } from "./crossguard/inputs";
import { Reporter, type ReporterOptions } from "./crossguard/reporter";
import { resourcePolicy } from "./crossguard/resourcePolicy";
import { stackPolicy } from "./crossguard/stackPolicy";
import { summaryPolicy } from "./crossguard/summaryPolicy";
import { exceptionFaults, type Exception } from "./engine/exception";
import type { Rule } from "./evaluation/rule";
import type { StackRule } from "./evaluation/stackRule";
import { exceptionUsage } from "./engine/usage";

/** Name of the pack, shown by the CLI. */
export const PACK_NAME = "x0tta6bl4";

/**
 * The policy pack.
 * @param reporting How findings are reported. Default: all in full, to the engine only.
 * @throws {RunError} naming every invalid exception.
 */
export function policyPack(
    rules: readonly Rule[],
    exceptions: readonly Exception[],
    stackRules: readonly StackRule[] = [],
    reporting: ReporterOptions = {},
): PolicyPackArgs {
    const ids = new Set([...rules, ...stackRules].map((rule) => rule.id));
    const faults = exceptionFaults(exceptions, [...ids]);
    if (faults.length > 0) {
        throw new RunError(faults.join("\n"));
    }
    const reporter = new Reporter(reporting, [...rules, ...stackRules]);
    const shared = { exceptions, usage: exceptionUsage(), inputs: packInputs(), reporter };
    const ofResource = new Map(rules.map((rule) => [rule.id, resourcePolicy(rule, shared)]));
    const ofStack = new Map(stackRules.map((rule) => [rule.id, stackPolicy(rule, shared)]));
    // A rule with an object half and a stack half is one policy, with one level and one configuration.
    const policies = [...ids].flatMap((id): Policies => {
        const [single, whole] = [ofResource.get(id), ofStack.get(id)];
        if (single === undefined) {
            return whole === undefined ? [] : [whole];
        }
        return [whole === undefined ? single : { ...whole, ...single }];
    });
    return {
        displayName: "x0tta6bl4 Kubernetes policies",
        description: "Security and reliability of Kubernetes workloads",
        enforcementLevel: "mandatory",
        policies: [
            ...policies,
            chartsPolicy(reporter),
            exceptionsPolicy(ids, shared.usage, shared.inputs, reporter),
            summaryPolicy(reporter),
        ],
    };
}
