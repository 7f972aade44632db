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

/** Values that the aliases of one document may stand for: enough for people, too few for a bomb. */
const MAX_VALUES = 100_000;

/** Lines that are indented in one document, each by reading it again. */
const MAX_REPAIRS = 100;

/** More than any parent is indented by. */
const INDENTATION = " ".repeat(100);

/** A decimal number, with or without fraction and exponent, as go-yaml reads it. */
const DECIMAL = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;

/** Numbers as YAML 1.1 has them, without those in base 60, which the tools of Kubernetes leave as text. */
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

/** Objects with keys that are text. Others are read as text by the thorough reading, e.g. `y` and `on`. */
const TEXT_KEYS = {
    ...mapTag,
    addPair: (object: Record<string, unknown>, key: unknown, value: unknown) =>
        typeof key === "string" ? mapTag.addPair(object, key, value) : "a key that is no text",
};

/** YAML 1.1, as the tools of Kubernetes read it, but for what they leave as text: dates, times and binary data. */
const SCHEMA = FAILSAFE_SCHEMA.withTags(nullYaml11Tag, boolYaml11Tag, ...NUMBERS, mergeTag, TEXT_KEYS);

/**
 * Reads a YAML document many times faster than {@link readYaml}, and leaves to that whatever is unusual: it decides what
 * is wrong with a text, and reads those that kubectl accepts and the standard does not.
 * @returns `undefined` for a text to be read by {@link readYaml}.
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

/** The events of a text, read again: they take many times the memory of the value, and few are asked for a place. */
function eventsOf(text: string): readonly Event[] {
    // Places are asked for one document after another.
    if (latest?.text !== text) {
        latest = { text, events: parseEvents(text, {}) };
    }
    return latest.events;
}

let latest: { readonly text: string; readonly events: readonly Event[] } | undefined;

/**
 * Indents a continuation line of a quoted text or a flow collection that is indented less than its parent. The standard
 * forbids that; kubectl reads it, and the indentation of such a line means nothing.
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

/** Number of values in a value, with those that aliases repeat. @throws {RangeError} when it holds itself. */
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

/** Where a place starts in the text, or what is nearest above it. */
function placeIn(events: readonly Event[], text: string, keys: readonly string[]): number {
    // The first event opens the document.
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

/** Number of the event that starts the value of a key, or the item of a list. */
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

/** Number of the event after a value. */
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
