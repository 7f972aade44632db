import type { Finding } from "./finding";
import { globMatches } from "./glob";
import type { Identity } from "./identity";

/** One place that may break one rule, and why. In every pattern `*` stands for any characters. */
export interface Exception {
    /** Rule that may be broken. */
    readonly rule: string;
    /** Kind of the object, e.g. `DaemonSet`. */
    readonly kind: string;
    /** Pattern of the object's namespace. Default: any, also none. */
    readonly namespace?: string;
    /** Pattern of the object's name. */
    readonly name: string;
    /** Pattern of the container's name. Default: any container, and the pod itself. */
    readonly container?: string;
    /** Pattern of the path, e.g. `spec.template.spec.containers[0].resources.limits.cpu`. Default: any. */
    readonly path?: string;
    /** Pattern of the stack's name. Default: any, also outside of a stack. */
    readonly stack?: string;
    /** Why it is right here. Shown whenever the exception is used. */
    readonly reason: string;
    /** Last day on which it holds, as `YYYY-MM-DD` in UTC. Default: it never ends. */
    readonly expires?: string;
}

/** An exception that covers a finding, wherever it was written. */
export interface Grant {
    /** Why it is right here. */
    readonly reason: string;
    /** Where it is written: a file, or the path of an annotation. */
    readonly origin: string;
    /** Last day on which it holds, as `YYYY-MM-DD`. */
    readonly expires?: string;
    /** The exception in code, where it is one. */
    readonly exception?: Exception;
}

/** The file that holds the exceptions in code, as named in messages. */
export const FILE = "policy/exceptions.ts";

/** A path from the root of its object; the item of a list is an object of its own. */
function pathInObject(path: string | undefined): string | undefined {
    return path?.replace(/^items\[\d+\]\./, "");
}

/** The exceptions in code that cover a finding, expired ones too. */
export function grantsInCode(
    exceptions: readonly Exception[],
    rule: string,
    object: Identity,
    finding: Finding,
    stack?: string,
): Grant[] {
    return exceptions
        .filter(
            (exception) =>
                exception.rule === rule &&
                exception.kind === object.kind &&
                globMatches(exception.name, object.name) &&
                globMatches(exception.namespace ?? "*", object.namespace) &&
                globMatches(exception.container ?? "*", finding.container) &&
                globMatches(exception.path ?? "*", pathInObject(finding.path)) &&
                globMatches(exception.stack ?? "*", stack),
        )
        .map((exception) => ({ ...exceptionTerms(exception), origin: FILE, exception }));
}

function exceptionTerms({ reason, expires }: Exception): Pick<Grant, "reason" | "expires"> {
    return { reason, expires };
}

/** Whether the last day of an exception is over. */
export function hasExpired({ expires }: { readonly expires?: string }, today: string): boolean {
    return expires !== undefined && expires < today;
}

/** Every fault in a list of exceptions, as sentences; empty when all can be used. */
export function exceptionFaults(exceptions: readonly Exception[], ruleIds: readonly string[]): string[] {
    return exceptions.flatMap((exception, index) => {
        const faults: string[] = [];
        if (!ruleIds.includes(exception.rule)) {
            faults.push(`rule "${exception.rule}" does not exist (rules: ${ruleIds.join(", ")})`);
        }
        if (exception.reason.trim() === "") faults.push("reason is empty: write why this is right here");
        if (exception.expires !== undefined && !isDay(exception.expires)) {
            faults.push(`expires "${exception.expires}" is no day: write YYYY-MM-DD`);
        }
        return faults.map((fault) => `${FILE}: exception ${index} (${exception.kind} ${exception.name}): ${fault}.`);
    });
}

function isDay(text: string): boolean {
    const date = new Date(`${text}T00:00:00Z`);
    return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(`${text}T`);
}
