import { parseArgs, type ParseArgsConfig } from "node:util";
import { CannotRun, messageOf } from "../errors";
import { argumentFault } from "../terminal/commandLine";
import { STACKS } from "../settings/shared/environments";
import { localPaths, type LocalPaths } from "../process/paths";
import { terminalOf, type Terminal } from "../terminal/text";

/** Exit codes that all commands share: done; it looked and something is wrong; it could not look or do it. */
export const EXIT = { done: 0, wrong: 1, cannot: 2 } as const;

/** What a command works with; replaced in tests. */
export interface Context {
    /** Files of this checkout's embedded run. */
    readonly paths: LocalPaths;
    /** Where the text goes. */
    readonly terminal: Terminal;
    /** Environment variables. */
    readonly env: NodeJS.ProcessEnv;
}

/** One of the daily commands. */
export interface Command {
    /** Name of its npm script. */
    readonly name: string;
    /** Text of `--help`; fits 60 columns. */
    readonly usage: string;
    /** Does it. @returns the exit code. */
    run(argv: readonly string[], context: Context): Promise<number>;
}

/**
 * Runs a command as the process: `--help` before anything else, faults as a message and its fix, without a stack trace.
 * @param paths Default: those of this checkout.
 */
export async function main(
    command: Command,
    argv: readonly string[] = process.argv.slice(2),
    paths: LocalPaths = localPaths(),
): Promise<void> {
    const own = argv.includes("--") ? argv.slice(0, argv.indexOf("--")) : argv;
    if (own.includes("--help") || own.includes("-h")) {
        console.log(command.usage);
        return;
    }
    try {
        process.exitCode = await command.run(argv, { paths, terminal: terminalOf(), env: process.env });
    } catch (error) {
        const fix = error instanceof CannotRun ? `\n  ${error.fix}` : "";
        console.error(`npm run ${command.name}: ${messageOf(error)}${fix}`);
        process.exitCode = EXIT.cannot;
    }
}

/** Flags of a command, in the form of `node:util`'s parseArgs. */
export type Flags = NonNullable<ParseArgsConfig["options"]>;

/** The flag that every command has. */
const STACK_FLAG = { stack: { type: "string" } } as const satisfies Flags;

/**
 * Reads a command line: the command's flags and `--stack`.
 * @throws CannotRun that names what is wrong, and `--help`.
 */
export function parse<const T extends Flags>(command: string, argv: readonly string[], flags: T, words = 0) {
    const help = `npm run ${command} -- --help`;
    try {
        const { values, positionals } = parseArgs({
            args: [...argv],
            options: { ...flags, ...STACK_FLAG },
            allowPositionals: words > 0,
        });
        const { stack } = values as { readonly stack?: string };
        if (stack !== undefined && !STACKS.includes(stack)) {
            throw new Error(`--stack ${stack}: must be ${STACKS.join(" or ")}`);
        }
        if (positionals.length > words) {
            throw new Error(`too many words: ${positionals.slice(words).join(" ")}`);
        }
        return { values, positionals, stack };
    } catch (error) {
        throw new CannotRun(argumentFault(error), help);
    }
}

/** A value that must be one of a few. @throws CannotRun that lists them. */
export function oneOf<const T extends string>(flag: string, value: string, allowed: readonly T[]): T {
    const found = allowed.find((known) => known === value);
    if (found === undefined) {
        throw new CannotRun(`--${flag} ${value}: must be ${allowed.join(" or ")}`, `--${flag} ${allowed[0] ?? ""}`);
    }
    return found;
}
