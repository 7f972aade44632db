import assert from "node:assert/strict";
import { parseSettings, type Settings } from "../../settings";
import { SettingsError } from "../../settings/shared/faults";
import { SPIRE_CHOICES } from "./spireChoices";

const cluster = { context: "test" };

/** Settings of a stack with the given sections. */
export function parse(sections: Record<string, unknown> = {}, stack = "staging", secretKeys: string[] = []): Settings {
    const values = Object.fromEntries(
        Object.entries({ cluster, spire: SPIRE_CHOICES, ...sections }).map(([key, value]) => [
            key,
            JSON.stringify(value),
        ]),
    );
    return parseSettings({ stack, values, secretKeys: new Set(secretKeys) });
}

/** The message of the error that settings must give. */
export function messageOf(...args: Parameters<typeof parse>): string {
    try {
        parse(...args);
    } catch (error) {
        assert.ok(error instanceof SettingsError, String(error));
        return error.message;
    }
    return assert.fail("the settings were accepted");
}

/** The message about settings of the mesh. */
export const mesh = (settings: unknown) => messageOf({ mesh: settings });
