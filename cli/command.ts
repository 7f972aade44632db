import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { LocalPaths } from "../process/paths";
import { STACKS } from "../settings/shared/environments";
import { type ExitCode, stackOption } from "../terminal/commandLine";
import type { Terminal } from "../terminal/text";

/** Dependencies of a command; replaced in tests. */
export interface Context {
    /** Files of this checkout's embedded run. */
    readonly paths: LocalPaths;
    /** The terminal. */
    readonly terminal: Terminal;
    /** Environment variables. */
    readonly env: NodeJS.ProcessEnv;
}

/** One run of `x0`: its context, what follows `--` on the command line, and the exit code that the command sets. */
export interface Session extends Context, ExitCode {
    /** Arguments after `--`; `undefined` without `--`. */
    readonly rest: readonly string[] | undefined;
}

/** `--stack` of a command that works on a stack that exists. */
export function selectedStackOption() {
    return stackOption(STACKS, "default: the selected stack, else the embedded one");
}

/** `--json`. */
export const JSON_OPTION = ["--json", "print JSON instead of text"] as const;

/** Prints a value as JSON, for scripts. */
export function printJson(value: unknown): void {
    console.log(JSON.stringify(value, null, 2));
}

/** Writes the same to a file, whose folder is created where there is none. */
export function writeJson(file: string, value: unknown): void {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}
