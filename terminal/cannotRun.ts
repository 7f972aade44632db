/**
 * A command could not do what it was asked for: a wrong argument, no stack outputs, an unreachable cluster. Exit code 2, no
 * stack trace.
 */
export class CannotRun extends Error {
    /**
     * @param what what is wrong and why, naming the flag, file, server or context
     * @param fix the command or step that fixes it; several lines are several steps
     */
    constructor(
        what: string,
        readonly fix: string,
    ) {
        super(what);
        this.name = "CannotRun";
    }
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
