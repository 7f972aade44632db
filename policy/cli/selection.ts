import { readFileSync } from "node:fs";
import { isObject } from "../engine/field";
import type { RuleConfig } from "../engine/options";
import type { Level, PolicyHead } from "../engine/rule";
import { PRESETS } from "../presets";
import { UsageError } from "./usage";

/** Levels as a configuration file writes them. */
const LEVELS: readonly Level[] = ["mandatory", "advisory", "disabled"];

/** Which rules run, how strictly, and with which options. */
export interface Selection {
    /** Level by rule, of the rules that run. */
    readonly levels: ReadonlyMap<string, Exclude<Level, "disabled">>;
    /** Options by rule. */
    readonly config: Readonly<Record<string, RuleConfig>>;
}

/** What a configuration file says. */
interface Configuration {
    readonly all?: Level;
    readonly levels: ReadonlyMap<string, Level>;
    readonly config: Readonly<Record<string, RuleConfig>>;
}

/**
 * Chooses rules. `only` and `preset` limit them; the level is that of the configuration file, else the rule's own. A rule
 * that is off by default is advisory in a preset, and mandatory where it is asked for by name.
 * @throws {UsageError} when a rule does not exist or the file can't be used.
 */
export function select(
    known: readonly PolicyHead[],
    { only, preset, file }: { only?: readonly string[]; preset?: string; file?: string },
): Selection {
    const ids = known.map((rule) => rule.id);
    for (const id of only ?? []) if (!ids.includes(id)) throw new UsageError(missing("--rules", id, ids));
    const { all, levels: configured, config } = file === undefined ? NOTHING : readConfiguration(file, ids);
    const members = preset === undefined ? undefined : PRESETS[preset];
    const levels = new Map<string, Exclude<Level, "disabled">>();
    for (const { id, level } of known) {
        const named = only?.includes(id) === true;
        if (only !== undefined || members !== undefined) if (!named && members?.includes(id) !== true) continue;
        const whenOff = named ? "mandatory" : members === undefined ? "disabled" : "advisory";
        const chosen = configured.get(id) ?? all ?? (level === "disabled" ? whenOff : level);
        if (chosen !== "disabled") levels.set(id, chosen);
    }
    return { levels, config };
}

const NOTHING: Configuration = { levels: new Map(), config: {} };

function readConfiguration(file: string, ids: readonly string[]): Configuration {
    const value = readJson(file);
    if (!isObject(value)) throw new UsageError(`${file} must hold an object: rules with their level and options.`);
    const levels = new Map<string, Level>();
    const config: Record<string, RuleConfig> = {};
    let all: Level | undefined;
    for (const [id, entry] of Object.entries(value)) {
        if (id === "environments") continue;
        const where = `${file}: ${id}`;
        if (id !== "all" && !ids.includes(id)) throw new UsageError(missing(file, id, ids));
        const { enforcementLevel, ...options } = isObject(entry) ? entry : { enforcementLevel: entry };
        if (enforcementLevel !== undefined) {
            // Manifests are not changed: what would be remediated is a violation.
            const wanted = enforcementLevel === "remediate" ? "mandatory" : enforcementLevel;
            const level = LEVELS.find((candidate) => candidate === wanted);
            if (level === undefined) throw new UsageError(`${where}: the level must be one of ${LEVELS.join(", ")}.`);
            if (id === "all") all = level;
            else levels.set(id, level);
        }
        if (id === "all" && Object.keys(options).length > 0) throw new UsageError(`${where}: holds a level only.`);
        config[id] = options;
    }
    return { all, levels, config };
}

function readJson(file: string): unknown {
    try {
        return JSON.parse(readFileSync(file, "utf8"));
    } catch (error) {
        throw new UsageError(
            `${file} can't be read as JSON: ${error instanceof Error ? error.message : String(error)}`,
        );
    }
}

function missing(where: string, id: string, ids: readonly string[]): string {
    return `${where}: rule ${JSON.stringify(id)} does not exist. Rules: ${ids.join(", ")}.`;
}
