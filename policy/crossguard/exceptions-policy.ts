import type { StackValidationPolicy } from "@pulumi/policy";
import { FILE, hasExpired, type Exception } from "../engine/exception";
import { todayInUtc } from "../engine/evaluate";
import { globMatches } from "../engine/glob";
import { plainProps } from "./reporting";
import type { Observer } from "./resource-policy";
import { parseTypeToken, stackOfUrn } from "./type-token";

/** What the policies of a pack did so far. */
export interface Tracker extends Observer {
    /** Whether an exception has covered something. */
    readonly isUsed: (exception: Exception) => boolean;
    /** Inputs of a resource that some rule has looked at. */
    readonly inputsOf: (urn: string) => unknown;
    /** Whether a rule has looked at a resource. */
    readonly hasRun: (rule: string, urn: string) => boolean;
}

/** Remembers what the policies of a pack do. */
export function tracker(): Tracker {
    const used = new Set<Exception>();
    const runs = new Set<string>();
    const inputs = new Map<string, unknown>();
    return {
        onUse: (exception) => used.add(exception),
        onRun: (rule, urn, body) => {
            runs.add(`${rule} ${urn}`);
            inputs.set(urn, body);
        },
        inputsOf: (urn) => inputs.get(urn),
        isUsed: (exception) => used.has(exception),
        hasRun: (rule, urn) => runs.has(`${rule} ${urn}`),
    };
}

/**
 * The policy that finds exceptions in code which are over, or which nothing needs any more. One counts as unused only when
 * its rule has looked at an object that it names: a disabled rule or a partial update says nothing about it.
 */
export function exceptionsPolicy(
    exceptions: readonly Exception[],
    usage: Tracker,
    today = todayInUtc,
): StackValidationPolicy {
    return {
        name: "exceptions",
        displayName: "Exceptions are used and not over",
        description: "Every exception in code must still be needed and must not have expired.",
        severity: "medium",
        enforcementLevel: "mandatory",
        remediationSteps: `1. Remove the exception from ${FILE}.\n2. Or, where it is still right, set a later last day.`,
        url: "https://github.com/pulumi/pulumi-policy",
        validateStack: ({ resources }, reportViolation) => {
            exceptions.forEach((exception, index) => {
                const named = resources.filter((resource) => names(exception, resource));
                if (named.length === 0) return;
                const label = `${FILE}: exception ${index} (${exception.rule} for ${exception.kind} ${exception.name})`;
                if (hasExpired(exception, today())) {
                    reportViolation(`${label} expired on ${exception.expires ?? ""}. Remove it, or set a later day.`);
                } else if (!usage.isUsed(exception) && named.some(({ urn }) => usage.hasRun(exception.rule, urn))) {
                    reportViolation(`${label} covers nothing. Remove it.`);
                }
            });
        },
    };
}

/** Whether an exception names a resource. */
function names(exception: Exception, { type, props, urn }: { type: string; props: object; urn: string }): boolean {
    const metadata: unknown = Reflect.get(Object(plainProps(props)), "metadata");
    const text = (key: string): string | undefined => {
        const value: unknown = Reflect.get(Object(metadata), key);
        return typeof value === "string" ? value : undefined;
    };
    return (
        parseTypeToken(type)?.kind === exception.kind &&
        globMatches(exception.name, text("name")) &&
        globMatches(exception.namespace ?? "*", text("namespace")) &&
        globMatches(exception.stack ?? "*", stackOfUrn(urn))
    );
}
