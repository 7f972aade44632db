import type { Findings } from "./finding";
import { readOptions, type OptionDefinitions, type OptionValues, type RuleConfig } from "./options";
import type { Workload } from "../kubernetes/workload";

/** What a violation does: stop the update, warn, or nothing (the rule does not run). */
export type Level = "mandatory" | "advisory" | "disabled";

/** How bad a violation is. */
export type Severity = "low" | "medium" | "high" | "critical";

/** What is said about a rule; shown by the CLI and used for documentation. */
export interface RuleInfo {
    /** Identifier in configuration, exceptions and annotations, e.g. `run-as-non-root`. Never changes. */
    readonly id: string;
    /** Name for people, a few words. */
    readonly title: string;
    /** What is demanded: one clause, since the CLI puts it before every message. */
    readonly description: string;
    /** How bad a violation is. */
    readonly severity: Severity;
    /** Level unless configured otherwise. */
    readonly level: Level;
    /** How to fix a violation, step by step. */
    readonly remediation: readonly string[];
    /** Page that explains the subject. */
    readonly url: string;
}

/** A rule as its file writes it, with options of its own type. */
export interface RuleDefinition<O extends OptionDefinitions> extends RuleInfo {
    /** Options by name. */
    readonly options: O;
    /** Judges a workload. Pure: no input but the arguments. May throw what {@link Field} throws. */
    readonly check: (workload: Workload, options: OptionValues<O>) => Findings;
}

/** A rule that anybody can run. */
export interface Rule extends RuleInfo {
    /** Options by name. */
    readonly options: OptionDefinitions;
    /**
     * Checks a configuration and gives the judge of one workload.
     * @throws {OptionError} when the configuration has an unknown option or a value that is not allowed.
     */
    readonly configure: (config: RuleConfig) => (workload: Workload) => Findings;
}

/** Makes a rule from its definition. */
export function defineRule<O extends OptionDefinitions>(definition: RuleDefinition<O>): Rule {
    const { check, ...rest } = definition;
    return {
        ...rest,
        configure: (config) => {
            const options = readOptions(definition.options, config);
            return (workload) => check(workload, options);
        },
    };
}
