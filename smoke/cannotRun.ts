/** The checks could not be made at all: bad input, no stack outputs, an unreachable cluster. Exit code 2, no stack trace. */
export class CannotRun extends Error {
    /**
     * @param what what is wrong, naming the flag, file, server or context
     * @param fix the command or step that puts it right
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
