import type { Stack } from "../kubernetes/stack";
import type { Subject } from "../kubernetes/subject";
import { judge, type Finding, type Findings } from "./finding";
import type { OptionDefinitions, OptionValues, RuleConfig } from "./options";
import { COMMON_OPTIONS, splitOptions, type RuleInfo } from "./rule";

/** What a rule over a stack says about one of its objects. */
export interface StackFinding {
    /** The object. */
    readonly subject: Subject;
    /** What is said. */
    readonly finding: Finding;
}

/** A rule over a stack as its file writes it, with options of its own type. */
export interface StackRuleDefinition<O extends OptionDefinitions> extends RuleInfo {
    /** Options by name. */
    readonly options: O;
    /** Judges a stack. Pure: no input but the arguments. */
    readonly check: (stack: Stack, options: OptionValues<O>) => Iterable<StackFinding>;
}

/** A configured rule over a stack. */
export interface StackJudge {
    /** Whether exceptions by annotation count. */
    readonly allowAnnotations: boolean;
    /** Judges a stack. */
    readonly check: (stack: Stack) => Iterable<StackFinding>;
}

/** A rule over all objects of a stack at once. */
export interface StackRule extends RuleInfo {
    /** Options by name. */
    readonly options: OptionDefinitions;
    /**
     * Checks a configuration and gives the judge of a stack.
     * @throws {OptionError} when the configuration has an unknown option or a value that is not allowed.
     */
    readonly configure: (config: RuleConfig) => StackJudge;
}

/** Makes a rule over a stack. */
export function defineStackRule<O extends OptionDefinitions>(definition: StackRuleDefinition<O>): StackRule {
    const { check, options, ...info } = definition;
    return {
        ...info,
        options: { ...options, ...COMMON_OPTIONS },
        configure: (config) => {
            const { allowAnnotations, own } = splitOptions(options, config);
            return { allowAnnotations, check: (stack) => check(stack, own) };
        },
    };
}

/** Runs one judgement about an object; what can't be read is a finding about it. */
export function* about(subject: Subject, check: () => Findings): Generator<StackFinding> {
    for (const finding of judge(check)) yield { subject, finding };
}
