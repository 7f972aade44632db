import { spawn } from "node:child_process";
import type { LocalPaths } from "../process/paths";
import { run, type RunResult } from "../process/run";
import { CannotRun } from "../errors";
import { exitOf } from "../cli/kubectl";
import { type Place, stackFlags } from "./place";

/** Time that an update may take (ms), the waits for rollouts included. */
const UPDATE_TIMEOUT_MS = 60 * 60_000;

/** Runs an engine command on the stack, without prompts; the output is given line by line as it comes. */
export function engine(
    place: Place,
    { checkout }: LocalPaths,
    args: readonly string[],
    onLine?: (line: string) => void,
): Promise<RunResult> {
    const flags = [...stackFlags(place), "--non-interactive", "--color", "never"];
    return run(place.engine.pulumi, [...args, ...flags], {
        cwd: checkout,
        env: place.engine.env,
        timeoutMs: UPDATE_TIMEOUT_MS,
        allowExit: true,
        onLine,
    });
}

/** Runs an engine command with this process's own terminal: its display, its questions, its Ctrl-C. */
export function engineOnTerminal(place: Place, { checkout }: LocalPaths, args: readonly string[]): Promise<number> {
    const { pulumi, env } = place.engine;
    return exitOf(spawn(pulumi, [...args, ...stackFlags(place)], { cwd: checkout, env, stdio: "inherit" }));
}

/** What the engine says when somebody else's update holds the stack. */
const LOCKED = /currently locked|another update is currently in progress|\[409\]/i;

/**
 * Makes a failed engine command a message for people.
 * @param what What was being done, e.g. `the refresh`.
 */
export function engineFailure(what: string, { stdout, stderr }: RunResult): CannotRun {
    const text = [stdout.slice(Math.max(0, stdout.search(/^(Diagnostics|Policies):/m))), stderr].join("\n").trim();
    if (LOCKED.test(text)) {
        const holder = /created by (.+)/.exec(text)?.[1];
        return new CannotRun(
            `${what}: the stack is locked by another update${holder === undefined ? "" : `: ${holder}`}`,
            "wait for it; when it was killed: npx x0 recover",
        );
    }
    return new CannotRun(`${what} failed:\n${text}`, "mend what it names, then run the command again");
}
