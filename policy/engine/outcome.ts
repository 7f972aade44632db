import type { Grant } from "./exception";
import type { Finding } from "./finding";
import type { Identity } from "./identity";

/** What an evaluation says about one object and one rule. */
export interface Outcome {
    /**
     * `violation`: a place breaks the rule. `undetermined`: some places can't be judged before the update.
     * `exception`: places break the rule and may. Only violations ever stop an update.
     */
    readonly type: "violation" | "undetermined" | "exception";
    /** Rule. */
    readonly rule: string;
    /** Kind of the object. */
    readonly kind: string;
    /** Namespace of the object, where it is known. */
    readonly namespace?: string;
    /** Name of the object, where it is known. */
    readonly name?: string;
    /** Container, where one is concerned. */
    readonly container?: string;
    /** Path from the root of the object; the first one where there are several. */
    readonly path: string;
    /** All of it as sentences for people. */
    readonly message: string;
    /** Whether a violation is advice only, whatever the level of the rule. */
    readonly advisory: boolean;
    /** The body of the source that holds the object. */
    readonly source?: unknown;
}

/** Paths named in one message; more are counted only. */
const PATHS_SHOWN = 5;

/** Outcome of a violation. `expired` is an exception that covered it until it expired. */
export function violationOutcome(rule: string, object: Identity, finding: Finding, expired?: Grant): Outcome {
    const note = expired === undefined ? "" : ` An exception expired on ${expired.expires ?? "?"} (${expired.origin}).`;
    return outcome(
        "violation",
        rule,
        object,
        finding,
        `${object.display}: ${subject(finding)} ${finding.problem}. ${finding.fix}${note}`,
    );
}

/** Outcome of everything in an object that can't be judged yet, or `undefined` when all was judged. */
export function undeterminedOutcome(rule: string, object: Identity, findings: readonly Finding[]): Outcome | undefined {
    const [first] = findings;
    return (
        first &&
        outcome(
            "undetermined",
            rule,
            object,
            first,
            `${object.display}: can't be judged in full until the update knows ${paths(findings)}.`,
        )
    );
}

/** Outcome of an exception that was used. */
export function exceptionOutcome(
    rule: string,
    object: Identity,
    grant: Grant,
    findings: readonly Finding[],
): Outcome[] {
    const [first] = findings;
    if (first === undefined) {
        return [];
    }
    const until = grant.expires === undefined ? "" : ` until ${grant.expires}`;
    const message = `${object.display}: exception${until} for ${paths(findings)}: ${grant.reason} (${grant.origin})`;
    return [outcome("exception", rule, object, first, message)];
}

function outcome(type: Outcome["type"], rule: string, object: Identity, finding: Finding, message: string): Outcome {
    const { kind, namespace, name } = object;
    const { container, path, advisory = false } = finding;
    return { type, rule, kind, namespace, name, container, path, message, advisory };
}

function subject({ container, path }: Finding): string {
    if (container !== undefined) {
        return `container ${JSON.stringify(container)} (${path})`;
    }
    return path === "" ? "the object" : path;
}

function paths(findings: readonly Finding[]): string {
    const all = [...new Set(findings.map((finding) => finding.path))];
    const more = all.length - PATHS_SHOWN;
    return all.slice(0, PATHS_SHOWN).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
