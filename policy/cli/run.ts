import { EXCEPTIONS } from "../exceptions";
import type { PolicyHead } from "../evaluation/rule";
import { RULES } from "../rules";
import { PACK_POLICIES } from "../rules/pack";
import { STACK_RULES } from "../rules/stack";
import { HELP, readArguments } from "./arguments";
import { check, type Report } from "./check";
import { WRITERS } from "./formats";
import { select } from "./selection";
import { UsageError } from "./usage";

/** What the command says and how it ends. */
export interface Result {
    /** Exit status: 0 clean, 1 mandatory violations, 2 an input or the command line could not be used. */
    readonly status: 0 | 1 | 2;
    /** For standard output. */
    readonly output: string;
    /** For standard error. */
    readonly error: string;
}

/** Runs the command with these arguments. */
export function run(args: readonly string[]): Result {
    try {
        const { format, preset, rules: only, config: file, stackRules: wholeStack, inputs, help } = readArguments(args);
        if (help) {
            return { status: 0, output: HELP, error: "" };
        }
        const known = [...RULES, ...STACK_RULES, ...PACK_POLICIES];
        const selection = select(known, { only, preset, file });
        const report = check(inputs, {
            rules: RULES,
            stackRules: STACK_RULES,
            wholeStack,
            selection,
            exceptions: EXCEPTIONS,
        });
        // A rule that judges single objects and the stack is one rule.
        const byId = new Map(known.map((rule): [string, PolicyHead] => [rule.id, rule]));
        const ran = [...byId.values()].filter(({ id }) => selection.levels.has(id));
        return { status: statusOf(report), output: WRITERS[format](report, ran), error: "" };
    } catch (error) {
        if (!(error instanceof UsageError)) {
            throw error;
        }
        return { status: 2, output: "", error: `${error.message}\n` };
    }
}

function statusOf({ errors, violations }: Report): Result["status"] {
    if (errors.length > 0) {
        return 2;
    }
    return violations.some(({ level }) => level === "mandatory") ? 1 : 0;
}
