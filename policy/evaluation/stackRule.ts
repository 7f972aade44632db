import type { Stack, StackWorkload } from "../kubernetes/stack";
import type { Subject } from "../kubernetes/subject";
import { judge, type Finding, type Findings } from "../engine/finding";
import type { OptionDefinitions, OptionValues, RuleConfig } from "../engine/options";
import { COMMON_OPTIONS, splitOptions, type RuleInfo, type Terms } from "./rule";

/** A finding of a stack rule about one object. */
export interface StackFinding {
    /** The object. */
    readonly subject: Subject;
    /** The finding. */
    readonly finding: Finding;
}

/** What a stack says by itself, beside its objects. */
export interface StackConfiguration {
    /** A value of the stack's configuration, `PROJECT:KEY`; `undefined` where it is not set or cannot be read. */
    readonly setting: (key: string) => unknown;
    /** A file of the project, by its path from the project's folder; `undefined` where there is none. */
    readonly file: (path: string) => string | undefined;
    /** A variable of the environment that the engine runs in. */
    readonly variable: (name: string) => string | undefined;
}

/** Definition of a stack rule, typed by its options. */
export interface StackRuleDefinition<O extends OptionDefinitions> extends RuleInfo {
    /** Options, by name. */
    readonly options: O;
    /** See {@link StackRule.always}. Default: `false`. */
    readonly always?: boolean;
    /** See {@link StackRule.fromStack}. Default: none. */
    readonly fromStack?: (stack: StackConfiguration) => RuleConfig;
    /** Evaluates a stack. Pure. */
    readonly check: (stack: Stack, options: OptionValues<O>) => Iterable<StackFinding>;
}

/** A configured stack rule. */
export interface StackJudge extends Terms {
    /** Evaluates a stack. */
    readonly check: (stack: Stack) => Iterable<StackFinding>;
}

/** A rule for all objects of a stack together. */
export interface StackRule extends RuleInfo {
    /** Whether it evaluates single objects in the context of others, so that it runs wherever objects are evaluated. */
    readonly always: boolean;
    /** Options, by name. */
    readonly options: OptionDefinitions;
    /**
     * Options that the stack's own configuration gives; those that the pack's configuration sets have precedence.
     * @throws {OptionError} when that configuration cannot be used.
     */
    readonly fromStack?: (stack: StackConfiguration) => RuleConfig;
    /**
     * Validates a configuration and returns the check of a stack.
     * @throws {OptionError} when the configuration has an unknown option or a value that is not allowed.
     */
    readonly configure: (config: RuleConfig) => StackJudge;
}

/** Defines a stack rule. */
export function defineStackRule<O extends OptionDefinitions>(definition: StackRuleDefinition<O>): StackRule {
    const { check, options, always = false, ...info } = definition;
    return {
        ...info,
        always,
        options: { ...options, ...COMMON_OPTIONS },
        configure: (config) => {
            const { terms, own } = splitOptions(options, config);
            return { ...terms, check: (stack) => check(stack, own) };
        },
    };
}

/** Evaluates each object separately; a field that cannot be read is a finding about the object. */
export function* eachObject(
    subjects: Iterable<Subject>,
    check: (subject: Subject) => Findings,
): Generator<StackFinding> {
    for (const subject of subjects) {
        for (const finding of judge(() => check(subject))) {
            yield { subject, finding };
        }
    }
}

/** Evaluates each workload separately; a field that cannot be read is a finding about its object. */
export function* eachStackWorkload(
    workloads: Iterable<StackWorkload>,
    check: (workload: StackWorkload) => Findings,
): Generator<StackFinding> {
    for (const item of workloads) {
        for (const finding of judge(() => check(item))) {
            yield { subject: item.subject, finding };
        }
    }
}
