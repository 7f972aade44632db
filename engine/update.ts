import type { LocalPaths } from "../process/paths";
import type { RunResult } from "../process/run";
import { CannotRun } from "../errors";
import { type Place, stackFlags } from "./place";
import { failureText, PulumiCli, TIME_LIMIT_MS } from "./pulumi";

/** Runs an update, refresh or destroy of the stack, without prompts; each line of output is passed on as it arrives. */
export function engine(
    place: Place,
    { checkout }: Pick<LocalPaths, "checkout">,
    args: readonly string[],
    onLine?: (line: string) => void,
): Promise<RunResult> {
    const options = { timeoutMs: TIME_LIMIT_MS.update, onLine, cwd: checkout };
    return place.cli.call([...args, ...stackFlags(place)], options);
}

/** Runs an update, refresh or destroy with the terminal of this process: its display, its questions, its Ctrl-C. */
export function engineOnTerminal(
    { cli, ...place }: Place,
    { checkout }: Pick<LocalPaths, "checkout">,
    args: readonly string[],
): Promise<number> {
    return new PulumiCli(cli.executable, cli.env, checkout).onTerminal([...args, ...stackFlags({ cli, ...place })]);
}

/** Error of the CLI when another update holds the lock. */
const LOCKED = /currently locked|another update is currently in progress|\[409\]/i;

/**
 * Message of a failed command.
 * @param what The operation, e.g. `the refresh`.
 */
export function engineFailure(what: string, result: RunResult): CannotRun {
    const text = failureText(result);
    if (LOCKED.test(text)) {
        const holder = /created by (.+)/.exec(text)?.[1];
        return new CannotRun(
            `${what}: the stack is locked by another update${holder === undefined ? "" : `: ${holder}`}`,
            "wait for it; if it was interrupted: npx x0 recover",
        );
    }
    return new CannotRun(`${what} failed:\n${text}`, "fix what it names, then run the command again");
}
