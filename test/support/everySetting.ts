import { z } from "zod";
import { unwrap } from "../../docs/generator/schema";
import { parseSettings } from "../../settings";
import { SettingsError } from "../../settings/shared/faults";
import { schemas } from "../../settings/schema";
import { complete } from "./settingsArbitrary";

/** Settings as nested objects. */
export type Nested = Readonly<Record<string, unknown>>;

/** A setting with one value, e.g. `mesh.replicas` 3. */
export interface Choice {
    /** Key of the setting. */
    readonly key: string;
    /** A value that its schema accepts. */
    readonly value: unknown;
}

/** Options of a union that are tried. */
const VARIANTS = [0, 1, 2, 3];

/** Every setting of the stack with some values: each option of a union or an enumeration, both values of a switch. */
export function everyChoice(without: (key: string) => boolean): Choice[] {
    return Object.entries(schemas)
        .flatMap(([section, schema]) => leaves(section, schema))
        .filter(([key]) => !key.startsWith("cluster.") && !without(key))
        .flatMap(([key, schema]) => values(schema).map((value) => ({ key, value })));
}

/** The parts of a schema that are set as a whole: plain values, lists, maps and unions. */
function leaves(key: string, schema: z.core.$ZodType): [string, z.ZodType][] {
    const { core } = unwrap(schema);
    return core instanceof z.ZodObject
        ? Object.entries<z.core.$ZodType>(core.shape).flatMap(([name, child]) => leaves(`${key}.${name}`, child))
        : [[key, core]];
}

function values(schema: z.ZodType): unknown[] {
    if (schema instanceof z.ZodBoolean) {
        return [true, false];
    }
    if (schema instanceof z.ZodEnum) {
        return [...schema.options];
    }
    if (schema instanceof z.ZodLiteral) {
        return [...schema.values];
    }
    const found = VARIANTS.map((variant) => complete(schema, variant));
    return [...new Map(found.map((value) => [JSON.stringify(value), value])).values()];
}

/** Nested settings with one more. */
export function withChoice(settings: Nested, { key, value }: Choice): Nested {
    return set(settings, key.split("."), value);
}

function set(into: Nested, [name = "", ...rest]: readonly string[], value: unknown): Nested {
    const child = into[name];
    const nested = typeof child === "object" && child !== null ? Object.fromEntries(Object.entries(child)) : {};
    return { ...into, [name]: rest.length === 0 ? value : set(nested, rest, value) };
}

/** Whether the program accepts the settings of a stack. */
export function areAccepted(stack: string, sections: Nested): boolean {
    const values = Object.fromEntries(
        Object.entries(sections).map(([key, value]) => [
            key,
            typeof value === "string" ? value : JSON.stringify(value),
        ]),
    );
    try {
        parseSettings({ stack, values, secretKeys: new Set() });
        return true;
    } catch (error) {
        if (error instanceof SettingsError) {
            return false;
        }
        throw error;
    }
}

/** Choices packed into few sets of settings, each of which the program accepts; and those that no set takes. */
export function packed(stack: string, base: Nested, choices: readonly Choice[]) {
    const sets: { settings: Nested; readonly choices: Choice[] }[] = [];
    const left: Choice[] = [];
    for (const choice of choices) {
        const home =
            sets.find(
                ({ settings, choices: taken }) =>
                    !taken.some(({ key }) => key === choice.key) && areAccepted(stack, withChoice(settings, choice)),
            ) ?? (areAccepted(stack, withChoice(base, choice)) ? { settings: base, choices: [] } : undefined);
        if (home === undefined) {
            left.push(choice);
            continue;
        }
        if (!sets.includes(home)) {
            sets.push(home);
        }
        home.settings = withChoice(home.settings, choice);
        home.choices.push(choice);
    }
    return { sets, left };
}
