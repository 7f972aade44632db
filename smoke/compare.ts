import { isDeepStrictEqual } from "node:util";
import type { Difference } from "./outcome";

/** Text for a missing value in differences. */
const NOTHING = "(not set)";

/** A value as text for a difference: strings bare, everything else as JSON with sorted keys. */
export function show(value: unknown): string {
    if (value === undefined || value === null) {
        return NOTHING;
    }
    return typeof value === "string" ? value : JSON.stringify(sorted(value));
}

/** The difference between two values at `path`; an empty list when they are deeply equal. Key order is ignored. */
export function same(path: string, expected: unknown, actual: unknown): Difference[] {
    const [left, right] = [tidy(expected), tidy(actual)];
    return isDeepStrictEqual(left, right) ? [] : [{ path, expected: show(left), actual: show(right) }];
}

/** Differences of each key of `expected`; keys that exist only in `actual` are ignored. */
export function sameFields(path: string, expected: object, actual: object | undefined): Difference[] {
    const found = new Map<string, unknown>(Object.entries(actual ?? {}));
    return Object.entries(expected).flatMap(([key, value]) => same(`${path}.${key}`, value, found.get(key)));
}

/** Differences of two objects in both directions, including keys that exist only in `actual`. */
export function sameKeys(path: string, expected: object, actual: object | undefined): Difference[] {
    const wanted = new Map<string, unknown>(Object.entries(expected));
    const extra = Object.entries(actual ?? {}).filter(([key, value]) => !wanted.has(key) && value !== undefined);
    return [
        ...sameFields(path, expected, actual),
        ...extra.flatMap(([key, value]) => same(`${path}.${key}`, undefined, value)),
    ];
}

/** Differences of two lists as sets: each missing or unexpected member. */
export function sameMembers(path: string, expected: readonly string[], actual: readonly string[]): Difference[] {
    const missing = expected.filter((item) => !actual.includes(item));
    const extra = actual.filter((item) => !expected.includes(item));
    return [
        ...missing.map((item) => ({ path, expected: item, actual: NOTHING })),
        ...extra.map((item) => ({ path, expected: NOTHING, actual: item })),
    ];
}

/** JSON value without `undefined` members, which an API server never returns. */
function tidy(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(tidy);
    }
    if (typeof value !== "object" || value === null || value instanceof Date) {
        return value ?? undefined;
    }
    return Object.fromEntries(
        Object.entries(value)
            .filter(([, member]) => member !== undefined && member !== null)
            .map(([key, member]) => [key, tidy(member)]),
    );
}

/** The same JSON value with the keys of every object in alphabetical order. */
function sorted(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(sorted);
    }
    if (typeof value !== "object" || value === null || value instanceof Date) {
        return value;
    }
    const entries = Object.entries(value).sort(([left], [right]) => left.localeCompare(right));
    return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]));
}
