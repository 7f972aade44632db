import { EXCEPTIONS } from "../exceptions";
import type { PolicyHead } from "../evaluation/rule";
import { RULES } from "../rules";
import { PACK_POLICIES } from "../rules/pack";
import { STACK_RULES } from "../rules/stack";
import { HELP, readArguments } from "./arguments";
import { check, type CheckReport } from "./check";
import { WRITERS } from "./formats";
import { select } from "./selection";
import { UsageError } from "./usage";

/** Exit status and standard error of the command. */
interface Ending {
    /**
     * Exit status: 0 no mandatory violations, 1 mandatory violations, 2 an input or the command line could not be used.
     */
    readonly status: 0 | 1 | 2;
    /** For standard error. */
    readonly error: string;
}

/** Result of the command. */
export interface CommandResult extends Ending {
    /** For standard output. */
    readonly output: string;
}

/** Result with the output in parts, since the whole may not fit in memory. */
export interface StreamedResult extends Ending {
    /** For standard output; can be read once. */
    readonly output: Iterable<string>;
}

/** Runs the command with these arguments. */
export function run(args: readonly string[]): CommandResult {
    const { output, ...ending } = streamed(args);
    return { ...ending, output: [...output].join("") };
}

/** As {@link run}, with the output in parts. */
export function streamed(args: readonly string[]): StreamedResult {
    try {
        const { format, preset, rules: only, minSeverity, config: file, ...what } = readArguments(args);
        if (what.help) {
            return { status: 0, output: [HELP], error: "" };
        }
        const known = [...RULES, ...STACK_RULES, ...PACK_POLICIES];
        const selection = select(known, { only, preset, minSeverity, file });
        const report = check(what.inputs, {
            rules: RULES,
            stackRules: STACK_RULES,
            wholeStack: what.stackRules,
            selection,
            exceptions: what.ownExceptions ? EXCEPTIONS : [],
            exclude: what.exclude,
            namespace: what.namespace,
            order: format === "junit" ? "file" : "gravity",
        });
        // The object half and the stack half are one rule.
        const byId = new Map(known.map((rule): [string, PolicyHead] => [rule.id, rule]));
        const ran = [...byId.values()].filter(({ id }) => selection.levels.has(id));
        return { status: statusOf(report), output: written(report, WRITERS[format](report, ran)), error: "" };
    } catch (error) {
        if (!(error instanceof UsageError)) {
            throw error;
        }
        return { status: 2, output: [], error: `${error.message}\n` };
    }
}

function* written({ close }: CheckReport, parts: Iterable<string>): Generator<string> {
    try {
        yield* parts;
    } finally {
        close();
    }
}

function statusOf({ errors, counts }: CheckReport): Ending["status"] {
    if (errors.length > 0) {
        return 2;
    }
    return counts.mandatory > 0 ? 1 : 0;
}
