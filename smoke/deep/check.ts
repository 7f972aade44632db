import type { Expectation } from "../expectation";
import type { Outcome } from "../outcome";
import type { Lab } from "./lab";
import type { DeepOptions } from "./options";

/** A check that works in the cluster instead of only reading from it. It removes what it creates. */
export interface DeepCheck {
    /** What it looks at, e.g. `Identity`. */
    readonly topic: string;
    /** What must hold. */
    readonly name: string;
    /** Arguments of the kubectl command that looks further. */
    readonly look: string;
    /** Whether it needs running containers: it is skipped on simulated nodes. */
    readonly containers: boolean;
    /** Why it does not apply to a stack, e.g. a part that is off; `undefined` when it does. */
    notHere?(expected: Expectation, options: DeepOptions): string | undefined;
    /** Does it. What it throws fails the check with the error's message. */
    run(lab: Lab): Promise<Outcome>;
}
