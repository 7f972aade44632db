import type { Expectation } from "../expectation";
import type { Outcome } from "../outcome";
import type { Lab } from "./lab";
import type { DeepOptions } from "./options";

/** A check that creates objects in the cluster instead of only reading. It removes what it creates. */
export interface DeepCheck {
    /** Area that is checked, e.g. `Identity`. */
    readonly topic: string;
    /** What must hold. */
    readonly name: string;
    /** Arguments of a kubectl command for further diagnosis. */
    readonly look: string;
    /** Whether it needs running containers: it is skipped on simulated nodes. */
    readonly containers: boolean;
    /** Why it does not apply to a stack, e.g. a part that is off; `undefined` when it does. */
    notHere?(expected: Expectation, options: DeepOptions): string | undefined;
    /** Runs the check. A thrown error fails the check with its message. */
    run(lab: Lab): Promise<Outcome>;
}
