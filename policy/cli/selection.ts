import type { RuleConfig } from "../engine/options";
import type { Level } from "../evaluation/rule";
import { PRESETS } from "../presets";
import { missingRule, readConfiguration, type Configuration, type Known } from "./configuration";
import { UsageError } from "./usage";

/** Which rules run, how strictly, and with which options. */
export interface Selection {
    /** Level by rule, of the rules that run. */
    readonly levels: ReadonlyMap<string, Exclude<Level, "disabled">>;
    /** Options by rule. */
    readonly config: Readonly<Record<string, RuleConfig>>;
}

/** What a file would say that says nothing. */
const NOTHING: Configuration = { levels: new Map(), config: {} };

/**
 * Chooses rules. `only` and `preset` limit them; the level is that of the configuration file, else the rule's own. A rule
 * that is off by default is advisory in a preset, and mandatory where it is asked for by name.
 * @throws {UsageError} when a rule does not exist or the file can't be used.
 */
export function select(
    known: readonly Known[],
    { only, preset, file }: { only?: readonly string[]; preset?: string; file?: string },
): Selection {
    const absent = (only ?? []).filter((name) => known.every(({ id }) => id !== name));
    if (absent.length > 0) {
        throw new UsageError(absent.map((name) => `--rules: ${missingRule(name, known)}`).join("\n"));
    }
    const { all, levels: configured, config } = file === undefined ? NOTHING : readConfiguration(file, known);
    const members = preset === undefined ? undefined : PRESETS[preset];
    const levels = new Map<string, Exclude<Level, "disabled">>();
    for (const { id, level } of known) {
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
