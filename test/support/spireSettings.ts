import assert from "node:assert/strict";
import { parseSettings } from "../../settings";
import { SettingsError } from "../../settings/shared/faults";
import { SPIRE_CHOICES } from "./spireChoices";

/** A section of the settings. */
export type Json = Record<string, unknown>;

function merged(base: Json, over: Json): Json {
    const isMap = (value: unknown): value is Json =>
        typeof value === "object" && value !== null && !Array.isArray(value);
    return Object.fromEntries(
        [...new Set([...Object.keys(base), ...Object.keys(over)])].map((key) => {
            const [a, b] = [base[key], over[key]];
            return [key, isMap(a) && isMap(b) && !("type" in b) ? merged(a, b) : (b ?? a)];
        }),
    );
}

/** Settings of a stack with these of SPIRE over the simplest choices. */
export function spireSettings(spire: Json, mesh: Json = {}) {
    const sections = { cluster: { context: "test" }, spire: merged(SPIRE_CHOICES, spire), mesh };
    const values = Object.fromEntries(Object.entries(sections).map(([key, value]) => [key, JSON.stringify(value)]));
    return parseSettings({ stack: "staging", values, secretKeys: new Set() });
}

/** Fails unless the settings are rejected, with this text in the message. */
export function refused(spire: Json, expected: RegExp, mesh: Json = {}): void {
    assert.throws(
        () => spireSettings(spire, mesh),
        (error: unknown) => {
            assert.ok(error instanceof SettingsError, String(error));
            assert.match(error.message, expected);
            return true;
        },
    );
}
