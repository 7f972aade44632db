import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { splitRest, x0 } from "../../cli/x0";
import { localPaths } from "../../process/paths";
import { parse, uniform } from "../../terminal/commandLine";

/** A command line, as a command's own definition reads it. */
interface Parsed {
    /** The command, e.g. `cluster kind`; empty if only help or the version is requested. */
    readonly command: string;
    /** Its arguments. */
    readonly args: readonly unknown[];
    /** Its options. */
    readonly options: Readonly<Record<string, unknown>>;
    /** What follows `--`. */
    readonly rest?: readonly string[];
}

/** Reads a command line by a command's definition; nothing runs. @throws CannotRun that names what is wrong. */
export async function parsedBy(program: CommandUnknownOpts, argv: readonly string[]): Promise<Parsed> {
    let found: Parsed = { command: "", args: [], options: {} };
    const record = (command: CommandUnknownOpts, path: readonly string[]) => {
        // A command with options of its own also runs by itself, whatever subcommands it has.
        if (command.commands.length === 0 || (command.parent !== null && command.options.length > 0)) {
            command.action(() => {
                found = { command: path.join(" "), args: command.processedArgs, options: command.opts() };
            });
        }
        for (const subcommand of command.commands) {
            record(subcommand, [...path, subcommand.name()]);
        }
    };
    record(program, []);
    quiet(program);
    await parse(program, argv);
    return found;
}

/** Keeps help texts off the test's output. */
function quiet(command: CommandUnknownOpts): void {
    command.configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
    command.commands.forEach(quiet);
}

/** A program `x0` without a real terminal. */
export function x0Program(rest?: readonly string[]): CommandUnknownOpts {
    const terminal = { columns: 60, colour: false, interactive: false };
    return x0({ paths: localPaths(), terminal, env: {}, rest, exitCode: 0 }, "0");
}

/** Reads a command line of `x0`. @throws CannotRun that names what is wrong. */
export async function parsedX0(argv: readonly string[]): Promise<Parsed> {
    const { own, rest } = splitRest(argv);
    const { command, args, options } = await parsedBy(x0Program(rest), own);
    return { command, args, options, ...(rest === undefined ? {} : { rest }) };
}

/** Parses a command line of an npm script that is a separate command, e.g. `npm run local`. */
export function parsedScript(command: CommandUnknownOpts, argv: readonly string[]): Promise<Parsed> {
    uniform(command);
    return parsedBy(command, argv);
}

/** A command and all its subcommands, each with its name as a person types it. */
export function allCommands(command: CommandUnknownOpts): readonly (readonly [string, CommandUnknownOpts])[] {
    const within = (each: CommandUnknownOpts, path: string): (readonly [string, CommandUnknownOpts])[] => [
        [path, each],
        ...each.commands.flatMap((sub) => within(sub, `${path} ${sub.name()}`)),
    ];
    return within(command, command.name());
}
