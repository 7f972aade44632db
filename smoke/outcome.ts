import { counted } from "../terminal/counted";
/** A value that differs from the expected one. */
export interface Difference {
    /** Path of the value, e.g. `spec.replicas` or `data.LOG_LEVEL`. */
    readonly path: string;
    /** Expected value as text. Never a secret. */
    readonly expected: string;
    /** Actual value as text; `(not set)` if there is none. Never a secret. */
    readonly actual: string;
}

/** Result of a check. */
export type Outcome =
    | { readonly status: "passed"; readonly detail: string }
    | { readonly status: "skipped"; readonly detail: string }
    | { readonly status: "failed"; readonly detail: string; readonly differences: readonly Difference[] };

/** Outcome of a check that passed. @param detail Description of the actual state. Default: none. */
export function passed(detail = ""): Outcome {
    return { status: "passed", detail };
}

/** Outcome of a check that is not possible or not applicable. @param detail The reason. */
export function skipped(detail: string): Outcome {
    return { status: "skipped", detail };
}

/** Outcome of a check that failed: one sentence, and the differences, if any. */
export function failed(detail: string, differences: readonly Difference[] = []): Outcome {
    return { status: "failed", detail, differences };
}

/** Passed without differences, otherwise failed with them; `detail` describes the passing state. */
export function judge(differences: readonly Difference[], detail = ""): Outcome {
    if (differences.length === 0) {
        return passed(detail);
    }
    return failed(counted(differences.length, "difference"), differences);
}
