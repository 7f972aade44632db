import type { PolicyPackArgs } from "@pulumi/policy";
import { RunError } from "@pulumi/pulumi/errors";
import { resourcePolicy } from "./crossguard/resource-policy";
import { exceptionFaults, type Exception } from "./engine/exception";
import type { Rule } from "./engine/rule";

/** Name of the pack, as shown by the CLI. */
export const PACK_NAME = "x0tta6bl4";

/**
 * The pack of these rules and exceptions.
 * @throws {RunError} naming every exception that can't be used.
 */
export function policyPack(rules: readonly Rule[], exceptions: readonly Exception[]): PolicyPackArgs {
    const faults = exceptionFaults(
        exceptions,
        rules.map((rule) => rule.id),
    );
    if (faults.length > 0) throw new RunError(faults.join("\n"));
    return {
        displayName: "x0tta6bl4 Kubernetes policies",
        description: "Security and reliability of Kubernetes workloads",
        enforcementLevel: "mandatory",
        policies: rules.map((rule) => resourcePolicy(rule, exceptions)),
    };
}
