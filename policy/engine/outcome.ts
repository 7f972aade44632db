import type { Grant } from "./exception";
import type { Finding } from "./finding";
import type { Identity } from "./identity";

/** Result of evaluating one object with one rule. */
export interface RuleOutcome {
    /**
     * `violation`: a field breaks the rule. `undetermined`: some fields cannot be evaluated before the
     * update. `exception`: fields break the rule and an exception allows it. Only violations can stop an update.
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
    /** Name of the object in messages, e.g. `Deployment shop/web`. */
    readonly display: string;
    /** Container, where one is affected. */
    readonly container?: string;
    /** Path from the root of the object; the first of several. */
    readonly path: string;
    /** Every path of the outcome. Default: only {@link path}. */
    readonly paths?: readonly string[];
    /** The exception in use, for an outcome of type `exception`. */
    readonly grant?: Grant;
    /** The whole message, as sentences. */
    readonly message: string;
    /** Whether a violation is always advisory. */
    readonly advisory: boolean;
    /** The body of the object's source. */
    readonly source?: unknown;
}

/** Maximum paths named in one message; the others are counted. */
const PATHS_SHOWN = 5;

/** Outcome of a violation. `expired` is an expired exception that covered it. */
export function violationOutcome(rule: string, object: Identity, finding: Finding, expired?: Grant): RuleOutcome {
    const note = expired === undefined ? "" : ` An exception expired on ${expired.expires ?? "?"} (${expired.origin}).`;
    return outcome(
        "violation",
        rule,
        object,
        finding,
        `${object.display}: ${subject(finding)} ${finding.problem}. ${finding.fix}${note}`,
    );
}

/** Outcome of everything in an object that cannot be evaluated yet, or `undefined` when everything was evaluated. */
export function undeterminedOutcome(
    rule: string,
    object: Identity,
    findings: readonly Finding[],
): RuleOutcome | undefined {
    const [first] = findings;
    if (first === undefined) {
        return undefined;
    }
    const paths = pathsOf(findings);
    const message = `${object.display}: cannot be evaluated completely until the update knows ${shown(paths)}.`;
    return { ...outcome("undetermined", rule, object, first, message), paths };
}

/** Outcome of an exception in use. */
export function exceptionOutcome(
    rule: string,
    object: Identity,
    grant: Grant,
    findings: readonly Finding[],
): RuleOutcome[] {
    const [first] = findings;
    if (first === undefined) {
        return [];
    }
    const until = grant.expires === undefined ? "" : ` until ${grant.expires}`;
    const paths = pathsOf(findings);
    const message = `${object.display}: exception${until} for ${shown(paths)}: ${grant.reason} (${grant.origin})`;
    return [{ ...outcome("exception", rule, object, first, message), paths, grant }];
}

function outcome(
    type: RuleOutcome["type"],
    rule: string,
    object: Identity,
    finding: Finding,
    message: string,
): RuleOutcome {
    const { kind, namespace, name, display } = object;
    const { container, path, advisory = false } = finding;
    return { type, rule, kind, namespace, name, display, container, path, message, advisory };
}

function subject({ container, path }: Finding): string {
    if (container !== undefined) {
        return `container ${JSON.stringify(container)} (${path})`;
    }
    return path === "" ? "the object" : path;
}

function pathsOf(findings: readonly Finding[]): string[] {
    return [...new Set(findings.map((finding) => finding.path))];
}

function shown(paths: readonly string[]): string {
    const more = paths.length - PATHS_SHOWN;
    return paths.slice(0, PATHS_SHOWN).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
