import { kindName, templateKeys, isCustom, type GroupKind } from "../kubernetes/kinds";
import type { Subject } from "../kubernetes/subject";
import type { Workload } from "../kubernetes/workload";
import { each, type Findings } from "../engine/finding";
import {
    exceptionList,
    flag,
    readOptions,
    type ConfiguredException,
    type OptionDefinitions,
    type OptionValues,
    type RuleConfig,
} from "../engine/options";

/** What a violation does: stop the update, warn, or nothing (the rule does not run). */
export type Level = "mandatory" | "advisory" | "disabled";

/** How bad a violation is. */
export type Severity = "low" | "medium" | "high" | "critical";

/** An example for a rule. */
export interface Example {
    /** Manifests that break the rule, as YAML. A specification of a pod may stand for the pod. */
    readonly bad: string;
    /** Manifests that meet it. */
    readonly good: string;
    /** Options under which that is so. Default: the rule's own defaults. */
    readonly options?: RuleConfig;
}

/** What the CLI is told about a policy. */
export interface PolicyHead {
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

/** What is said about a rule; shown by the CLI and used for documentation. */
export interface RuleInfo extends PolicyHead {
    /** What breaks the rule, and what meets it. */
    readonly example: Example;
}

/** What is said about a rule, without the rule itself. */
export function infoOf({ id, title, description, severity, level, remediation, url, example }: RuleInfo): RuleInfo {
    return { id, title, description, severity, level, remediation, url, example };
}

/** Options that every rule has. */
export const COMMON_OPTIONS = {
    allowAnnotations: flag(true, "Accept exceptions that objects declare about themselves by annotation."),
    exceptions: exceptionList("Objects, containers or paths that may break the rule, each with its reason."),
};

/** What every configured rule knows beside its own options. */
export interface Terms {
    /** Whether exceptions by annotation count. */
    readonly allowAnnotations: boolean;
    /** Exceptions in the configuration. */
    readonly exceptions: readonly ConfiguredException[];
}

/** A rule over pods, as its file writes it, with options of its own type. */
export interface RuleDefinition<O extends OptionDefinitions> extends RuleInfo {
    /** Options by name. */
    readonly options: O;
    /** Judges a workload. Pure: no input but the arguments. May throw what {@link Field} throws. */
    readonly check: (workload: Workload, options: OptionValues<O>) => Findings;
}

/** A rule over objects of certain kinds, as its file writes it. */
export interface ObjectRuleDefinition<O extends OptionDefinitions> extends RuleInfo {
    /** Options by name. */
    readonly options: O;
    /** Kinds that it judges, e.g. `Service` or `Role.rbac.authorization.k8s.io`; `any` for every object. */
    readonly kinds: readonly string[] | "any";
    /** Judges an object. Pure: no input but the arguments. May throw what {@link Field} throws. */
    readonly check: (subject: Subject, options: OptionValues<O>) => Findings;
}

/** A configured rule. */
export interface Judge extends Terms {
    /** Judges an object. */
    readonly check: (subject: Subject) => Findings;
}

/** A rule that anybody can run. */
export interface Rule extends RuleInfo {
    /** Options by name. */
    readonly options: OptionDefinitions;
    /** Whether it may have something to say about objects of a kind. */
    readonly applies: (type: GroupKind) => boolean;
    /**
     * Checks a configuration and gives the judge of one object.
     * @throws {OptionError} when the configuration has an unknown option or a value that is not allowed.
     */
    readonly configure: (config: RuleConfig) => Judge;
}

/** Makes a rule over pods, wherever they come from. */
export function defineRule<O extends OptionDefinitions>(definition: RuleDefinition<O>): Rule {
    const { check, options, ...info } = definition;
    return {
        ...info,
        options: { ...options, ...COMMON_OPTIONS },
        applies: (type) => templateKeys(type) !== undefined || isCustom(type.group),
        configure: (config) => {
            const { terms, own } = splitOptions(options, config);
            return {
                ...terms,
                check: (subject) => {
                    const found = each(subject.workloads, (workload) => check(workload, own));
                    return subject.unreadable.length === 0 ? found : [...subject.unreadable, ...found];
                },
            };
        },
    };
}

/** Makes a rule over objects of certain kinds. */
export function defineObjectRule<O extends OptionDefinitions>(definition: ObjectRuleDefinition<O>): Rule {
    const { check, kinds, options, ...info } = definition;
    const applies = (type: GroupKind) => kinds === "any" || kinds.includes(kindName(type));
    return {
        ...info,
        options: { ...options, ...COMMON_OPTIONS },
        applies,
        configure: (config) => {
            const { terms, own } = splitOptions(options, config);
            return { ...terms, check: (subject) => (applies(subject) ? check(subject, own) : []) };
        },
    };
}

/** Reads the options that every rule has, and those of this rule. */
export function splitOptions<O extends OptionDefinitions>(
    options: O,
    config: RuleConfig,
): { readonly terms: Terms; readonly own: OptionValues<O> } {
    // All together first, so that every fault is named at once.
    readOptions({ ...options, ...COMMON_OPTIONS }, config);
    const { allowAnnotations = true, exceptions = [], ...own } = config;
    return { terms: readOptions(COMMON_OPTIONS, { allowAnnotations, exceptions }), own: readOptions(options, own) };
}
