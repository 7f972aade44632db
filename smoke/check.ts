import type { Expectation } from "./expectation";
import type { Snapshot } from "./cluster/snapshot";
import type { Outcome } from "./outcome";

/** A live check: a pure comparison of the expected state with the state read from the cluster. */
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
