import { PRESETS } from "../../../policy/presets";
import { EXCEPTIONS } from "../../../policy/rules/pack";
import { documentedRules } from "./document";

/** The presets as configurations for the Pulumi CLI, by their path from the project's root. */
export function presetFiles(): Record<string, string> {
    return Object.fromEntries(
        Object.keys(PRESETS).map((preset) => [
            `policy/config/presets/${preset}.json`,
            JSON.stringify(configOf(preset)),
        ]),
    );
}

/** The rules of a preset at their own level, those that are off by default advisory; all others off. */
function configOf(preset: string): Record<string, string> {
    const members = documentedRules().filter(({ id }) => PRESETS[preset]?.includes(id));
    const levels = members.map(({ id, level }): [string, string] => [id, level === "disabled" ? "advisory" : level]);
    return { all: "disabled", [EXCEPTIONS.id]: EXCEPTIONS.level, ...Object.fromEntries(levels) };
}
