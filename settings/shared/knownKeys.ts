import { distance } from "fastest-levenshtein";
import { z } from "zod";

/** Cache of keys by schema: the conversion takes milliseconds, and would run for each unknown key. */
const known = new WeakMap<z.ZodType, readonly string[]>();

/** All keys that a schema defines, as dotted paths that start with `prefix`, with `[]` for list items. */
export function knownKeys(prefix: string, schema: z.ZodType): readonly string[] {
    const keys = known.get(schema) ?? keysOf("", z.toJSONSchema(schema, { io: "input" }));
    known.set(schema, keys);
    return keys.map((key) => `${prefix}${key}`);
}

function keysOf(prefix: string, schema: z.core.JSONSchema.BaseSchema): string[] {
    const children = Object.entries(schema.properties ?? {});
    const variants = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
    return [
        ...children.flatMap(([name, child]) => [
            `${prefix}.${name}`,
            ...(typeof child === "boolean" ? [] : keysOf(`${prefix}.${name}`, child)),
        ]),
        ...variants.flatMap((variant) => keysOf(prefix, variant)),
        ...(isSchema(schema.items) ? keysOf(`${prefix}[]`, schema.items) : []),
    ];
}

function isSchema(items: z.core.JSONSchema.BaseSchema["items"]): items is z.core.JSONSchema.BaseSchema {
    return typeof items === "object" && !Array.isArray(items);
}

/** Suggested replacement for an unknown key, to complete the sentence "must be ...". */
export function allowedInstead(key: string, known: readonly string[]): string {
    if (known.includes(anyIndex(key))) {
        return "removed: the chosen type has no such key";
    }
    const near = key.includes("[") ? nearestSibling(key, known) : nearestKey(key, known);
    return near === undefined ? "removed: there is no such setting" : `a known key; the nearest is ${near}`;
}

/** The nearest key of the same list item: keys elsewhere have another purpose. */
function nearestSibling(key: string, known: readonly string[]): string | undefined {
    const folder = key.slice(0, key.lastIndexOf(".") + 1);
    const siblings = known
        .filter((candidate) => candidate.startsWith(anyIndex(folder)))
        .map((candidate) => candidate.replace(anyIndex(folder), folder));
    const near = nearestKey(key, siblings);
    return near !== undefined && distance(key, near) <= 2 ? near : undefined;
}

/** A key with every list index replaced by `[]`. */
function anyIndex(key: string): string {
    return key.replace(/\[\d+\]/g, "[]");
}

/** Maximum length of a key that is compared (characters): computing the edit distance takes quadratic time. */
const MAX_COMPARED = 256;

/** The known key that was probably intended: one with a similar spelling, or with the same name in another place. */
export function nearestKey(key: string, known: readonly string[]): string | undefined {
    if (key.length > MAX_COMPARED) {
        return undefined;
    }
    const lastPart = (path: string) => path.slice(path.lastIndexOf(".") + 1);
    const [nearest] = known
        .map((candidate) => ({ candidate, edits: distance(key, candidate) }))
        .sort((a, b) => a.edits - b.edits);
    const spelledAlike = (edits: number) => (nearest && nearest.edits <= edits ? nearest.candidate : undefined);
    return spelledAlike(1) ?? known.find((candidate) => lastPart(candidate) === lastPart(key)) ?? spelledAlike(3);
}
