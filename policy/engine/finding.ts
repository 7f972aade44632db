import { FieldError, MalformedField, type Field } from "./field";

/** Something that a rule says about one place in an object. */
export interface Finding {
    /** `violation`: the place breaks the rule. `undetermined`: it cannot be judged before the update. */
    readonly type: "violation" | "undetermined";
    /** Path from the root of the object. */
    readonly path: string;
    /** Name of the container that holds the place, where there is one. */
    readonly container?: string;
    /** What is wrong, as the end of a sentence that starts with the path. Never contains a value of the object. */
    readonly problem: string;
    /** What to do, as a sentence. */
    readonly fix: string;
    /** Whether it is advice only, whatever the level of the rule. Default: the rule's level counts. */
    readonly advisory?: boolean;
}

/** What a rule says about an object. */
export type Findings = Iterable<Finding>;

/** A place that breaks the rule; see {@link Finding} for the wording of `problem` and `fix`. */
export function violation(field: Field, problem: string, fix: string): Finding {
    return { type: "violation", path: field.path, container: field.container, problem, fix };
}

/** As {@link violation}, but never more than advice. */
export function advice(field: Field, problem: string, fix: string): Finding {
    return { ...violation(field, problem, fix), advisory: true };
}

/**
 * Runs one judgement. A value that cannot be read ends this judgement only and becomes a finding: `undetermined` when it
 * is unknown, a violation when it is malformed. Gives a list, not a generator: most judgements find nothing, and there
 * are hundreds for one object.
 */
export function judge(check: () => Findings): readonly Finding[] {
    const found: Finding[] = [];
    collect(check, found);
    return found;
}

/** Judges each item by itself, so that one that cannot be read does not hide the others. */
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

/** A fault in a rule itself, with what was found before. */
export class RuleError extends Error {
    /**
     * @param found What was found before.
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
