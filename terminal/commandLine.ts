import { CommanderError, type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { CannotRun, messageOf } from "../errors";
import { visibleLines, visibleText } from "./foreign";

/**
 * Exit codes of every command: done; it ran and found something wrong; it could not run. docs/operations.md has the
 * table, with the exceptions: a shell's own code, and 141 when the reader of the output goes away.
 */
export const EXIT = { done: 0, wrong: 1, cannot: 2 } as const;

/** Exit code after a broken pipe: 128 + SIGPIPE, what a shell reports of a program that the signal ended. */
const BROKEN_PIPE = 141;

/** Exit codes, for help texts. */
const EXIT_HELP = "\nExit codes: 0 done, 1 found something wrong, 2 could not run";

/** Narrowest and widest help text, in columns. */
const HELP_COLUMNS = { least: 60, most: 80 } as const;

/**
 * Narrowest description of an option that is wrapped, in columns; commander's own 40 leaves too little beside long
 * options.
 */
const LEAST_WRAP = 20;

/** Receives a command's exit code. */
export interface ExitCode {
    /** See {@link EXIT}. */
    exitCode: number;
}

/** The one place to choose a stack: `--stack NAME`. */
export function stackOption(stacks: readonly string[], description: string) {
    return new Option("--stack <name>", description).choices(stacks);
}

/**
 * Gives a command and its subcommands what all have in common: help in 60 to 80 columns by `-h` and `--help`, exit
 * codes in it, suggestions after a mistyped word. A wrong command line throws a CommanderError; see {@link parse}.
 */
export function uniform(command: CommandUnknownOpts): void {
    const columns = (reported: number | undefined) =>
        Math.min(HELP_COLUMNS.most, Math.max(HELP_COLUMNS.least, reported ?? HELP_COLUMNS.least));
    command
        .helpOption("-h, --help", "print this")
        .exitOverride()
        .showSuggestionAfterError()
        .configureHelp({ subcommandTerm: (subcommand) => subcommand.name(), minWidthToWrap: LEAST_WRAP })
        .configureOutput({
            getOutHelpWidth: () => columns(process.stdout.isTTY ? process.stdout.columns : undefined),
            getErrHelpWidth: () => columns(process.stderr.isTTY ? process.stderr.columns : undefined),
            // Shown by reportFault, in the form of every other fault.
            outputError: () => undefined,
        });
    // A command with options of its own runs, whatever subcommands it has.
    const runs = command.parent !== null && command.options.length > 0;
    if (command.commands.length === 0 || runs) {
        command.addHelpText("after", EXIT_HELP);
    }
    if (command.commands.length > 0 && command.parent !== null) {
        command.helpCommand(false);
    }
    for (const subcommand of command.commands) {
        uniform(subcommand);
    }
}

/**
 * Reads a command line and runs the command.
 * @throws CannotRun that names what is wrong with the command line, and how to get help; what the command throws.
 */
export async function parse(program: CommandUnknownOpts, argv: readonly string[]): Promise<void> {
    try {
        await program.parseAsync(argv, { from: "user" });
    } catch (error) {
        if (!(error instanceof CommanderError)) {
            throw error;
        }
        if (error.exitCode !== 0) {
            const what = error.code === "commander.help" ? "the subcommand is missing" : error.message;
            const help = `${typedName(program, argv)} --help`;
            throw new CannotRun(what.replace(/^error: /, "").replace(/\.?\n?$/, ""), help);
        }
    }
}

/** The command, or subcommand of it, that a command line is about, as a person types it: `npx x0 cluster kind`. */
function typedName(program: CommandUnknownOpts, argv: readonly string[]): string {
    let command = program;
    const names = [program.name()];
    for (const word of argv) {
        const found = command.commands.find((each) => each.name() === word);
        if (found === undefined) {
            break;
        }
        command = found;
        names.push(word);
    }
    return names.join(" ");
}

/**
 * Why a command could not run: what is wrong and why, then how to fix it. Never a stack trace. It may quote the cluster
 * or a kubeconfig: control characters are shown as `\uFFFD`.
 */
export function faultText(name: string, error: unknown): string {
    const fix = error instanceof CannotRun ? visibleLines(error.fix).map((line) => `\n  fix: ${line}`) : [];
    return `${name}: ${visibleText(messageOf(error))}${fix.join("")}`;
}

/** Ends the process silently when the reader of its output exits, as `head` does: `x0 logs | head -1`. */
function endOnBrokenPipe(): void {
    for (const stream of [process.stdout, process.stderr]) {
        stream.on("error", (error: NodeJS.ErrnoException) => {
            if (error.code !== "EPIPE") {
                throw error;
            }
            process.exit(BROKEN_PIPE);
        });
    }
}

/** Runs a command line as this process: sets its exit code, and prints a fault under the program's name. */
export async function mainOf(
    name: string,
    argv: readonly string[],
    run: (argv: readonly string[]) => Promise<number>,
): Promise<void> {
    endOnBrokenPipe();
    try {
        process.exitCode = await run(argv);
    } catch (error) {
        console.error(faultText(name, error));
        process.exitCode = EXIT.cannot;
    }
}

/** Runs a command of its own as this process, e.g. `npm run local`. */
export function main(command: (session: ExitCode) => CommandUnknownOpts): Promise<void> {
    const session: ExitCode = { exitCode: EXIT.done };
    const program = command(session);
    uniform(program);
    return mainOf(program.name().replace(/ --$/, ""), process.argv.slice(2), async (argv) => {
        await parse(program, argv);
        return session.exitCode;
    });
}
