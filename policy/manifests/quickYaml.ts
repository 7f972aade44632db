import {
    constructFromEvents,
    defineScalarTag,
    EVENT_ID,
    FAILSAFE_SCHEMA,
    boolYaml11Tag,
    floatYaml11Tag,
    getScalarValue,
    intYaml11Tag,
    mapTag,
    mergeTag,
    NOT_RESOLVED,
    nullYaml11Tag,
    parseEvents,
    SCALAR_STYLE,
    YAMLException,
    type Event,
    type ScalarEvent,
    type ScalarTagDefinition,
} from "js-yaml";
import type { YamlValue } from "./yaml";

/** Maximum values expanded from aliases in one document: enough for manifests, too few for a YAML bomb. */
const MAX_VALUES = 100_000;

/** Maximum lines re-indented in one document; each requires another parse. */
const MAX_REPAIRS = 100;

/** Deeper than any parent's indentation. */
const INDENTATION = " ".repeat(100);

/** A decimal number, with optional fraction and exponent, as in go-yaml. */
const DECIMAL = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;

/** Numbers of YAML 1.1, except base 60, which Kubernetes tools read as strings. */
const NUMBERS = [intYaml11Tag, floatYaml11Tag].map((tag: ScalarTagDefinition) =>
    defineScalarTag(tag.tagName, {
        ...tag,
        resolve: (source, isExplicit, tagName) => {
            if (source.includes(":")) {
                return NOT_RESOLVED;
            }
            const value = tag.resolve(source, isExplicit, tagName);
            return value === NOT_RESOLVED && tag.tagName.endsWith(":float") && DECIMAL.test(source)
                ? Number(source)
                : value;
        },
    }),
);

/** Maps with string keys. The thorough parser reads other keys as strings, e.g. `y` and `on`. */
const TEXT_KEYS = {
    ...mapTag,
    addPair: (object: Record<string, unknown>, key: unknown, value: unknown) =>
        typeof key === "string" ? mapTag.addPair(object, key, value) : "a key that is not a string",
};

/** YAML 1.1 as Kubernetes tools read it: dates, times and binary data stay strings. */
const SCHEMA = FAILSAFE_SCHEMA.withTags(nullYaml11Tag, boolYaml11Tag, ...NUMBERS, mergeTag, TEXT_KEYS);

/**
 * Parses a YAML document many times faster than {@link readYaml}, and leaves unusual texts to it: that parser reports
 * errors, and accepts texts that kubectl accepts and the standard does not.
 * @returns `undefined` for a text that {@link readYaml} must parse.
 */
export function readQuickly(text: string, repairs = MAX_REPAIRS): YamlValue | undefined {
    try {
        const events = parseEvents(text, {});
        const [value, ...others] = constructFromEvents(events, { source: text, schema: SCHEMA });
        if (others.length > 0) {
            return undefined;
        }
        if (events.some(({ type }) => type === EVENT_ID.ALIAS) && countValues(value, new Map()) > MAX_VALUES) {
            return undefined;
        }
        return { value, text, offsetOf: (keys) => placeIn(eventsOf(text), text, keys) };
    } catch (error) {
        const repaired = repairs > 0 ? repair(text, error) : undefined;
        return repaired === undefined ? undefined : readQuickly(repaired, repairs - 1);
    }
}

/**
 * The events of a text, parsed again on demand: they need many times the memory of the value, and positions are rarely
 * needed.
 */
function eventsOf(text: string): readonly Event[] {
    // Positions are requested one document after another.
    if (latest?.text !== text) {
        latest = { text, events: parseEvents(text, {}) };
    }
    return latest.events;
}

let latest: { readonly text: string; readonly events: readonly Event[] } | undefined;

/**
 * Indents a continuation line of a quoted string or a flow collection that is indented less than its parent. The
 * standard forbids that; kubectl accepts it, and the indentation of such a line has no meaning.
 */
function repair(text: string, error: unknown): string | undefined {
    if (!(error instanceof YAMLException) || error.reason !== "deficient indentation" || error.mark === undefined) {
        return undefined;
    }
    const lines = text.split("\n");
    const { line } = error.mark;
    lines[line] = INDENTATION + (lines[line] ?? "");
    return lines.join("\n");
}

/**
 * Number of nested values, with aliases expanded.
 * @throws {RangeError} when the value contains itself.
 */
function countValues(value: unknown, known: Map<object, number>): number {
    if (typeof value !== "object" || value === null) {
        return 1;
    }
    const before = known.get(value);
    if (before !== undefined) {
        return before;
    }
    const count = Object.values(value).reduce<number>((sum, item) => sum + countValues(item, known), 1);
    known.set(value, count);
    return count;
}

/** Offset of a field in the text, or of its nearest ancestor. */
function placeIn(events: readonly Event[], text: string, keys: readonly string[]): number {
    // The first event starts the document.
    let at = 1;
    let found = 0;
    for (const key of keys) {
        const next = childAt(events, text, at, key);
        if (next === undefined) {
            break;
        }
        at = next;
        found = startOf(events[at]) ?? found;
    }
    return found;
}

/** Index of the event that starts the value of a key, or the item of a list. */
function childAt(events: readonly Event[], text: string, at: number, key: string): number | undefined {
    const type = events[at]?.type;
    if (type !== EVENT_ID.MAPPING && type !== EVENT_ID.SEQUENCE) {
        return undefined;
    }
    let index = 0;
    for (let child = at + 1; child < events.length; index += 1) {
        const event = events[child];
        if (event === undefined || event.type === EVENT_ID.POP) {
            return undefined;
        }
        if (type === EVENT_ID.SEQUENCE) {
            if (String(index) === key) {
                return child;
            }
            child = after(events, child);
            continue;
        }
        const value = after(events, child);
        if (event.type === EVENT_ID.SCALAR && getScalarValue(text, event) === key) {
            return value;
        }
        child = after(events, value);
    }
    return undefined;
}

/** Index of the event after a value. */
function after(events: readonly Event[], at: number): number {
    let depth = 0;
    for (let next = at; next < events.length; next++) {
        const type = events[next]?.type;
        if (type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE) {
            depth++;
        } else if (type === EVENT_ID.POP) {
            depth--;
        }
        if (depth === 0) {
            return next + 1;
        }
    }
    return events.length;
}

function isQuoted({ style }: ScalarEvent): boolean {
    return style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED;
}

function startOf(event: Event | undefined): number | undefined {
    switch (event?.type) {
        case EVENT_ID.MAPPING:
        case EVENT_ID.SEQUENCE:
            return event.start;
        case EVENT_ID.SCALAR:
            return event.valueStart < 0 ? undefined : event.valueStart - (isQuoted(event) ? 1 : 0);
        case EVENT_ID.ALIAS:
            return event.anchorStart;
        default:
            return undefined;
    }
}
