import type { Expectation } from "./expectation";
import type { Snapshot } from "./cluster/snapshot";
import type { Outcome } from "./outcome";

/** A live check: a pure comparison of the expected state with the state read from the cluster. */
export interface Check {
    /** Object or area that is checked, e.g. `Deployment`; also the class name in JUnit output. */
    readonly topic: string;
    /** What must hold, e.g. `rollout complete`. */
    readonly name: string;
    /** Arguments of a kubectl command for further diagnosis, without `--context`, e.g. `get pods -o wide`. */
    readonly look: string;
    /** Runs the check; must not throw for any object that an API server can return. */
    run(snapshot: Snapshot, expected: Expectation): Outcome;
}

/** A check with its outcome. */
export interface Result {
    /** See {@link Check.topic}. */
    readonly topic: string;
    /** See {@link Check.name}. */
    readonly name: string;
    /** Complete kubectl command for further diagnosis. */
    readonly command: string;
    /** Outcome of the check. */
    readonly finding: Outcome;
}
