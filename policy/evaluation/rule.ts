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

/** Enforcement level: stop the update, warn, or disabled (the rule does not run). */
export type Level = "mandatory" | "advisory" | "disabled";

/** Severity of a violation. */
export type Severity = "low" | "medium" | "high" | "critical";

/** An example for a rule. */
export interface Example {
    /** Manifests that break the rule, as YAML. A bare pod specification means a Pod with it. */
    readonly bad: string;
    /** Manifests that comply. */
    readonly good: string;
    /** Options for the example. Default: the rule's own defaults. */
    readonly options?: RuleConfig;
}

/** Metadata of a policy, for the Pulumi CLI. */
export interface PolicyHead {
    /** Identifier in configuration, exceptions and annotations, e.g. `run-as-non-root`. Never changes. */
    readonly id: string;
    /** Display name, a few words. */
    readonly title: string;
    /** The requirement, as one clause: the CLI prints it before every message. */
    readonly description: string;
    /** Severity of a violation. */
    readonly severity: Severity;
    /** Level unless configured otherwise. */
    readonly level: Level;
    /** Steps to fix a violation. */
    readonly remediation: readonly string[];
    /** Page that explains the topic. */
    readonly url: string;
}

/** Metadata of a rule, for the CLI and the documentation. */
export interface RuleInfo extends PolicyHead {
    /** Manifests that break the rule, and manifests that comply. */
    readonly example: Example;
}

/** Metadata of a rule, without its check. */
export function infoOf({ id, title, description, severity, level, remediation, url, example }: RuleInfo): RuleInfo {
    return { id, title, description, severity, level, remediation, url, example };
}

/** Options that every rule has. */
export const COMMON_OPTIONS = {
    allowAnnotations: flag(true, "Accept exceptions that objects declare about themselves by annotation."),
    exceptions: exceptionList("Objects, containers or paths that may break the rule, each with a reason."),
};

/** Values that every configured rule has in addition to its own options. */
export interface Terms {
    /** Whether exceptions by annotation are accepted. */
    readonly allowAnnotations: boolean;
    /** Exceptions in the configuration. */
    readonly exceptions: readonly ConfiguredException[];
}

/** Definition of a rule for pods, typed by its options. */
export interface RuleDefinition<O extends OptionDefinitions> extends RuleInfo {
    /** Options, by name. */
    readonly options: O;
    /** Evaluates a workload. Pure. May throw what {@link Field} throws. */
    readonly check: (workload: Workload, options: OptionValues<O>) => Findings;
}

/** Definition of a rule for objects of certain kinds. */
export interface ObjectRuleDefinition<O extends OptionDefinitions> extends RuleInfo {
    /** Options, by name. */
    readonly options: O;
    /** Kinds that it evaluates, e.g. `Service` or `Role.rbac.authorization.k8s.io`; `any` for every object. */
    readonly kinds: readonly string[] | "any";
    /** Evaluates an object. Pure. May throw what {@link Field} throws. */
    readonly check: (subject: Subject, options: OptionValues<O>) => Findings;
}

/** A configured rule. */
export interface Judge extends Terms {
    /** Evaluates an object. */
    readonly check: (subject: Subject) => Findings;
}

/** A rule, independent of the type of its options. */
export interface Rule extends RuleInfo {
    /** Options, by name. */
    readonly options: OptionDefinitions;
    /** Whether it may apply to objects of a kind. */
    readonly applies: (type: GroupKind) => boolean;
    /**
     * Validates a configuration and returns the check of one object.
     * @throws {OptionError} when the configuration has an unknown option or a value that is not allowed.
     */
    readonly configure: (config: RuleConfig) => Judge;
}

/** Defines a rule for pods, whatever kind creates them. */
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

/** Defines a rule for objects of certain kinds. */
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

/** Reads the common options and those of this rule. */
export function splitOptions<O extends OptionDefinitions>(
    options: O,
    config: RuleConfig,
): { readonly terms: Terms; readonly own: OptionValues<O> } {
    // Validates all together first, so that one error lists every fault.
    readOptions({ ...options, ...COMMON_OPTIONS }, config);
    const { allowAnnotations = true, exceptions = [], ...own } = config;
    return { terms: readOptions(COMMON_OPTIONS, { allowAnnotations, exceptions }), own: readOptions(options, own) };
}
