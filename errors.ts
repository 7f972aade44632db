// Only this file of the SDK: loading all of it takes three times as long, and most commands need no more.
import { RunError } from "@pulumi/pulumi/errors";

/** An error that the user can fix: Pulumi prints only its message. */
export class UserError extends RunError {
    constructor(message: string) {
        super(message);
        this.name = "UserError";
        // Pulumi formats the stack of every error, shown or not, with util.inspect. In Node 20.20 that exhausts the
        // heap on a frame such as node_modules/@pulumi/resource.ts: 10 to 20 s without output.
        this.stack = message;
    }
}

/** A command could not do its work at all: bad input, no stack outputs, an unreachable cluster. Exit code 2. */
export class CannotRun extends Error {
    /**
     * @param what What is wrong, naming the flag, file, server or context.
     * @param fix The command or step that fixes it.
     */
    constructor(
        what: string,
        public readonly fix: string,
    ) {
        super(what);
        this.name = "CannotRun";
    }
}

/** Messages of Node's `fetch` for a failed request and a truncated answer; the reason is in the error's cause. */
const FETCH_FAILURES = ["fetch failed", "terminated"];

/**
 * The reason of anything thrown, as text. Never empty: an error without a message is shown by its name. A host name
 * with several addresses, e.g. localhost, fails with an error for each; the first is enough.
 */
export function messageOf(error: unknown): string {
    if (!(error instanceof Error)) {
        return String(error);
    }
    if (FETCH_FAILURES.includes(error.message) && error.cause !== undefined) {
        return messageOf(error.cause);
    }
    if (error.message === "" && error instanceof AggregateError && error.errors.length > 0) {
        return messageOf(error.errors[0]);
    }
    return error.message || error.name;
}
