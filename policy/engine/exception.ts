import type { Finding } from "./finding";
import { globMatches } from "./glob";
import type { Identity } from "./identity";

/** A place that may break a rule, and the justification. In every pattern `*` matches any characters. */
export interface Exception {
    /** Rule that is not enforced. */
    readonly rule: string;
    /** Kind of the object, e.g. `DaemonSet`. */
    readonly kind: string;
    /** Pattern of the object's namespace. Default: any or none. */
    readonly namespace?: string;
    /** Pattern of the object's name. */
    readonly name: string;
    /** Pattern of the container's name. Default: any container and the pod itself. */
    readonly container?: string;
    /** Pattern of the path, e.g. `spec.template.spec.containers[0].resources.limits.cpu`. Default: any. */
    readonly path?: string;
    /** Pattern of the stack's name. Default: any or none. */
    readonly stack?: string;
    /** Justification. Shown whenever the exception is used. */
    readonly reason: string;
    /** Last day of validity, as `YYYY-MM-DD` in UTC. Default: no end. */
    readonly expires?: string;
}

/** An exception and its position in a list. */
export interface Listed extends Exception {
    /** Name of the list: a file, or the configuration of a rule. */
    readonly origin: string;
    /** 0-based index in the list. */
    readonly index: number;
}

/** An exception that covers a finding, wherever it is defined. */
export interface Grant {
    /** Justification. */
    readonly reason: string;
    /** Where it is defined: a list, or the path of an annotation. */
    readonly origin: string;
    /** Path of the annotation from the root of the object; none where it is in a list. */
    readonly path?: string;
    /** A unique label, for messages. */
    readonly label: string;
    /** Last day of validity, as `YYYY-MM-DD`. */
    readonly expires?: string;
}

/** The file with the exceptions in code, as named in messages. */
export const FILE = "policy/exceptions.ts";

/** The exceptions of one list, each with its position. */
export function listed(exceptions: readonly Exception[], origin: string): Listed[] {
    return exceptions.map((exception, index) => ({ ...exception, origin, index }));
}

/** The grant of an exception in a list. */
export function grantOf({ reason, expires, origin, index, rule, kind, name }: Listed): Grant {
    return { reason, expires, origin, label: `${origin}: exception ${index} (${rule} for ${kind} ${name})` };
}

/** Whether an exception matches an object. */
export function namesObject(exception: Exception, object: Identity, stack?: string): boolean {
    return (
        exception.kind === object.kind &&
        globMatches(exception.name, object.name) &&
        globMatches(exception.namespace ?? "*", object.namespace) &&
        globMatches(exception.stack ?? "*", stack)
    );
}

/** Whether an exception covers a finding about an object that it matches. */
export function covers({ container = "*", path = "*" }: Exception, finding: Finding): boolean {
    return globMatches(container, finding.container) && globMatches(path, pathInObject(finding.path));
}

/** A path from the root of its object; an item of a list is an object of its own. */
function pathInObject(path: string): string {
    return path.replace(/^(?:items\[\d+\]\.)+/, "");
}

/** Whether an exception has expired. */
export function hasExpired({ expires }: { readonly expires?: string }, today: string): boolean {
    return expires !== undefined && expires < today;
}

/** Every fault in a list of exceptions, as sentences; empty when all are valid. */
export function exceptionFaults(exceptions: readonly Exception[], ruleIds: readonly string[]): string[] {
    return exceptions.flatMap((exception, index) => {
        const faults: string[] = [];
        if (!ruleIds.includes(exception.rule)) {
            faults.push(`rule "${exception.rule}" does not exist (rules: ${ruleIds.join(", ")})`);
        }
        if (exception.reason.trim() === "") {
            faults.push("reason is empty: state why the exception is justified");
        }
        if (exception.expires !== undefined && !isDay(exception.expires)) {
            faults.push(`expires "${exception.expires}" is not a date: write YYYY-MM-DD`);
        }
        return faults.map((fault) => `${FILE}: exception ${index} (${exception.kind} ${exception.name}): ${fault}.`);
    });
}

/** Whether a text is a date such as `2027-06-30`. */
export function isDay(text: string): boolean {
    const date = new Date(`${text}T00:00:00Z`);
    return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(`${text}T`);
}
