import type { Expectation } from "./expectation";
import type { Snapshot } from "./cluster/snapshot";

/** One value that differs from what the stack asked for. */
export interface Difference {
    /** Where it is, e.g. `spec.replicas` or `data.LOG_LEVEL`. */
    readonly path: string;
    /** What the stack asked for, as text. Never a secret. */
    readonly expected: string;
    /** What the cluster holds, as text; `(not set)` when it holds nothing. Never a secret. */
    readonly actual: string;
}

/** What a check found. */
export type Outcome =
    | { readonly status: "passed"; readonly detail: string }
    | { readonly status: "skipped"; readonly detail: string }
    | { readonly status: "failed"; readonly detail: string; readonly differences: readonly Difference[] };

/** One live check: a pure comparison of what was asked for with what was read from the cluster. */
export interface Check {
    /** What it looks at, e.g. `Deployment`; also the class name in JUnit output. */
    readonly topic: string;
    /** What must hold, e.g. `rollout complete`. */
    readonly name: string;
    /** Arguments of the kubectl command that looks further, without `--context`, e.g. `get pods -o wide`. */
    readonly look: string;
    /** Compares; must not throw for any object that an API server can return. */
    run(snapshot: Snapshot, expected: Expectation): Outcome;
}

/** A check with what it found. */
export interface Result {
    /** See {@link Check.topic}. */
    readonly topic: string;
    /** See {@link Check.name}. */
    readonly name: string;
    /** Complete kubectl command that looks further. */
    readonly command: string;
    /** What the check found. */
    readonly finding: Outcome;
}

/** A check that passed; `detail` says with what. */
export function passed(detail = ""): Outcome {
    return { status: "passed", detail };
}

/** A check that cannot or need not be done here; `detail` says why. */
export function skipped(detail: string): Outcome {
    return { status: "skipped", detail };
}

/** A check that failed: one sentence, and the differences where there are any. */
export function failed(detail: string, differences: readonly Difference[] = []): Outcome {
    return { status: "failed", detail, differences };
}

/** Passed without differences, otherwise failed with them; `detail` describes the passing state. */
export function judge(differences: readonly Difference[], detail = ""): Outcome {
    if (differences.length === 0) {
        return passed(detail);
    }
    return failed(differences.length === 1 ? "1 difference" : `${differences.length} differences`, differences);
}
