import { readFileSync } from "node:fs";
import { isObject } from "../engine/field";
import { OptionError, type RuleConfig } from "../engine/options";
import type { Level, PolicyHead, Rule } from "../evaluation/rule";
import type { StackRule } from "../evaluation/stackRule";
import { UsageError } from "./usage";

/** A policy that a configuration may name. One that is not a rule has a level only. */
export type Known = PolicyHead & Partial<Pick<Rule | StackRule, "configure">>;

/** Content of a configuration file. */
export interface Configuration {
    /** Level of all rules without a level of their own. Default: each rule's own. */
    readonly all?: Level;
    /** Level by rule. */
    readonly levels: ReadonlyMap<string, Level>;
    /** Options by rule. */
    readonly config: Readonly<Record<string, RuleConfig>>;
}

/** Levels in a configuration file. */
const LEVELS: readonly Level[] = ["mandatory", "advisory", "disabled"];

/** Key with the names of ESC environments; only the Pulumi CLI reads it. */
const ENVIRONMENTS = "environments";

/**
 * Reads a configuration file.
 * @throws {UsageError} which lists everything invalid in it.
 */
export function readConfiguration(file: string, known: readonly Known[]): Configuration {
    const value = readJson(file);
    if (!isObject(value)) {
        throw new UsageError(`${file} must contain a JSON object of rules with their level and options.`);
    }
    const levels = new Map<string, Level>();
    const config: Record<string, RuleConfig> = {};
    const faults: string[] = [];
    for (const [id, entry] of Object.entries(value)) {
        if (id === ENVIRONMENTS) {
            continue;
        }
        const { enforcementLevel, ...options } = isObject(entry) ? entry : { enforcementLevel: entry };
        const level = levelOf(enforcementLevel);
        if (level !== undefined) {
            levels.set(id, level);
        } else if (enforcementLevel !== undefined) {
            faults.push(`${id}: the level must be one of ${LEVELS.join(", ")}.`);
        }
        faults.push(...optionFaults(id, options, known).map((fault) => `${id}: ${fault}`));
        config[id] = options;
    }
    if (faults.length > 0) {
        throw new UsageError(faults.map((fault) => `${file}: ${fault}`).join("\n"));
    }
    return { all: levels.get("all"), levels, config };
}

/** What is wrong with the options of a policy, as sentences. */
function optionFaults(id: string, options: RuleConfig, known: readonly Known[]): string[] {
    const policies = known.filter((policy) => policy.id === id);
    if (id !== "all" && policies.length === 0) {
        return [missingRule(id, known)];
    }
    const named = Object.keys(options);
    const configurable = policies.flatMap(({ configure }) => configure ?? []);
    if (configurable.length === 0 && named.length > 0) {
        return [`has a level only. Remove ${named.join(", ")}.`];
    }
    // The object half and the stack half of a rule have the same options.
    return [...new Set(configurable.flatMap((configure) => faultOf(configure, options)))];
}

function faultOf(configure: (options: RuleConfig) => unknown, options: RuleConfig): string[] {
    try {
        configure(options);
        return [];
    } catch (error) {
        if (error instanceof OptionError) {
            return [error.message];
        }
        throw error;
    }
}

/** The configured level. Manifests are not changed, so `remediate` counts as `mandatory`. */
function levelOf(written: unknown): Level | undefined {
    return LEVELS.find((level) => level === (written === "remediate" ? "mandatory" : written));
}

/** Message for a rule that does not exist. */
export function missingRule(id: string, known: readonly PolicyHead[]): string {
    const ids = new Set(known.map((policy) => policy.id));
    return `rule ${JSON.stringify(id)} does not exist. Rules: ${[...ids].join(", ")}.`;
}

function readJson(file: string): unknown {
    try {
        return JSON.parse(readFileSync(file, "utf8"));
    } catch (error) {
        throw new UsageError(
            `${file} cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`,
        );
    }
}
