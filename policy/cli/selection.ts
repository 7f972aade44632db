import type { RuleConfig } from "../engine/options";
import type { Level, Severity } from "../evaluation/rule";
import { PRESETS } from "../presets";
import { SEVERITIES } from "./arguments";
import { missingRule, readConfiguration, type Configuration, type Known } from "./configuration";
import { UsageError } from "./usage";

/** Which rules run, at which level, and with which options. */
export interface Selection {
    /** Level of each rule that runs. */
    readonly levels: ReadonlyMap<string, Exclude<Level, "disabled">>;
    /** Options by rule. */
    readonly config: Readonly<Record<string, RuleConfig>>;
}

/** An empty configuration. */
const NOTHING: Configuration = { levels: new Map(), config: {} };

/**
 * Selects rules. `only`, `preset` and `minSeverity` limit them; the level is that of the configuration file, else the
 * rule's own. A rule that is off by default is advisory in a preset, and mandatory when requested by name.
 * @throws {UsageError} when a rule does not exist or the file cannot be used.
 */
export function select(
    known: readonly Known[],
    choice: { only?: readonly string[]; preset?: string; minSeverity?: Severity; file?: string },
): Selection {
    const { only, preset, minSeverity = "low", file } = choice;
    const absent = (only ?? []).filter((name) => known.every(({ id }) => id !== name));
    if (absent.length > 0) {
        throw new UsageError(absent.map((name) => `--rules: ${missingRule(name, known)}`).join("\n"));
    }
    const { all, levels: configured, config } = file === undefined ? NOTHING : readConfiguration(file, known);
    const members = preset === undefined ? undefined : PRESETS[preset];
    const levels = new Map<string, Exclude<Level, "disabled">>();
    for (const { id, level, severity } of known) {
        if (SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(minSeverity)) {
            continue;
        }
        const named = only?.includes(id) === true;
        if (only !== undefined || members !== undefined) {
            if (!named && members?.includes(id) !== true) {
                continue;
            }
        }
        const whenOff = named ? "mandatory" : members === undefined ? "disabled" : "advisory";
        const chosen = configured.get(id) ?? all ?? (level === "disabled" ? whenOff : level);
        if (chosen !== "disabled") {
            levels.set(id, chosen);
        }
    }
    return { levels, config };
}
