import { MalformedField, UnknownField, type Field } from "./field";

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
 * is unknown, a violation when it is malformed.
 */
export function* judge(check: () => Findings): Generator<Finding> {
    try {
        yield* check();
    } catch (error) {
        yield toFinding(error);
    }
}

/** Judges each item by itself, so that one that cannot be read does not hide the others. */
export function* each<T>(items: Iterable<T>, check: (item: T) => Findings): Generator<Finding> {
    for (const item of items) {
        yield* judge(() => check(item));
    }
}

function toFinding(error: unknown): Finding {
    if (error instanceof MalformedField) {
        return violation(error.field, error.problem, "Correct its value.");
    }
    if (error instanceof UnknownField) {
        const { path, container } = error.field;
        return { type: "undetermined", path, container, problem: "is not known yet", fix: "" };
    }
    throw error;
}
