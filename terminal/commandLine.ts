import { messageOf } from "../errors";

/** A wrong command line; the message is for the user. */
export class UsageError extends Error {
    /**
     * @param problem What is wrong, and what is allowed.
     * @param help The help text, or how to get it.
     */
    constructor(problem: string, help: string) {
        super(`${problem}\n\n${help}`);
        this.name = "UsageError";
    }
}

/** What `node:util`'s parseArgs says of a wrong argument, without its advice on positional ones, which none of ours are. */
export function argumentFault(error: unknown): string {
    return messageOf(error).split(". ", 1)[0] ?? "";
}

/**
 * Ends this process with the exit code of its work. Errors are printed without a stack trace: 2 for a wrong command line,
 * 1 for all others.
 */
export function exitWith(work: Promise<number>): void {
    work.then(
        (code) => {
            process.exitCode = code;
        },
        (error: unknown) => {
            console.error(messageOf(error));
            process.exitCode = error instanceof UsageError ? 2 : 1;
        },
    );
}
