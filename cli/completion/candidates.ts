import type { CommandUnknownOpts, Option } from "@commander-js/extra-typings";

/** Position in a command line. */
interface Position {
    readonly command: CommandUnknownOpts;
    /** Number of arguments of that command so far. */
    readonly argumentsBefore: number;
    /** Option whose value is being typed. */
    readonly pending: Option | undefined;
}

/**
 * Candidates for the next word: subcommands, options, and the values of options and arguments with a fixed set. Empty
 * where file names are expected.
 * @param words what is typed so far, without the program; the last one is being completed
 */
export function candidates(program: CommandUnknownOpts, words: readonly string[]): string[] {
    const current = words.at(-1) ?? "";
    const before = words.slice(0, -1);
    if (before.includes("--")) {
        return [];
    }
    const { command, argumentsBefore, pending } = position(program, before);
    return choices(command, argumentsBefore, pending, current).filter((choice) => choice.startsWith(current));
}

function choices(
    command: CommandUnknownOpts,
    argumentsBefore: number,
    pending: Option | undefined,
    current: string,
): readonly string[] {
    if (pending !== undefined) {
        return pending.argChoices ?? [];
    }
    if (current.startsWith("-")) {
        const options = command.createHelp().visibleOptions(command);
        return options.flatMap(({ long }) => long ?? []);
    }
    const subcommands = command
        .createHelp()
        .visibleCommands(command)
        .map((each) => each.name());
    return [...subcommands, ...(command.registeredArguments[argumentsBefore]?.argChoices ?? [])];
}

function position(program: CommandUnknownOpts, words: readonly string[]): Position {
    let command = program;
    let argumentsBefore = 0;
    let pending: Option | undefined;
    for (const word of words) {
        if (pending !== undefined) {
            pending = undefined;
        } else if (word.startsWith("-")) {
            const option = command.options.find(({ long, short }) => word === long || word === short);
            pending = option?.required === true ? option : undefined;
        } else {
            const subcommand = command.commands.find((each) => each.name() === word);
            command = subcommand ?? command;
            argumentsBefore = subcommand === undefined ? argumentsBefore + 1 : 0;
        }
    }
    return { command, argumentsBefore, pending };
}
