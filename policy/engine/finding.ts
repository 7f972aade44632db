import { FieldError, MalformedField, type Field } from "./field";

/** A finding of a rule about one field of an object. */
export interface Finding {
    /** `violation`: the field breaks the rule. `undetermined`: it cannot be evaluated before the update. */
    readonly type: "violation" | "undetermined";
    /** Path from the root of the object. */
    readonly path: string;
    /** Name of the container that the field belongs to, if any. */
    readonly container?: string;
    /** What is wrong, as the end of a sentence that starts with the path. Never contains a value from the object. */
    readonly problem: string;
    /** The fix, as a sentence. */
    readonly fix: string;
    /** Whether it is always advisory. Default: the rule's level applies. */
    readonly advisory?: boolean;
}

/** Findings of a rule about an object. */
export type Findings = Iterable<Finding>;

/** A field that breaks the rule; see {@link Finding} for the wording of `problem` and `fix`. */
export function violation(field: Field, problem: string, fix: string): Finding {
    return { type: "violation", path: field.path, container: field.container, problem, fix };
}

/** Like {@link violation}, but always advisory. */
export function advice(field: Field, problem: string, fix: string): Finding {
    return { ...violation(field, problem, fix), advisory: true };
}

/**
 * Runs one evaluation. A value that cannot be read ends only this evaluation and becomes a finding: `undetermined` when
 * it is unknown, a violation when it is malformed. Returns a list, not a generator: most evaluations find nothing, and
 * there are hundreds for one object.
 */
export function judge(check: () => Findings): readonly Finding[] {
    const found: Finding[] = [];
    collect(check, found);
    return found;
}

/** Evaluates each item separately, so that one that cannot be read does not hide the others. */
export function each<T>(items: Iterable<T>, check: (item: T) => Findings): readonly Finding[] {
    const found: Finding[] = [];
    for (const item of items) {
        collect(() => check(item), found);
    }
    return found;
}

function collect(check: () => Findings, into: Finding[]): void {
    try {
        for (const finding of check()) {
            into.push(finding);
        }
    } catch (error) {
        if (error instanceof RuleError) {
            throw new RuleError([...into, ...error.found], error.cause);
        }
        if (!(error instanceof FieldError)) {
            throw new RuleError(into, error);
        }
        into.push(toFinding(error));
    }
}

/** An exception thrown by a rule, with the findings up to then. */
export class RuleError extends Error {
    /**
     * @param found Findings up to then.
     * @param cause What the rule threw.
     */
    constructor(
        readonly found: readonly Finding[],
        override readonly cause: unknown,
    ) {
        super("A rule failed.");
    }
}

function toFinding(error: FieldError): Finding {
    if (error instanceof MalformedField) {
        return violation(error.field, error.problem, "Correct its value.");
    }
    const { path, container } = error.field;
    return { type: "undetermined", path, container, problem: "is not known yet", fix: "" };
}
