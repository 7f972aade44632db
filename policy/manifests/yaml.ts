import * as yaml from "yaml";
import type { Document, Scalar, ScalarTag, Tags } from "yaml";
import { InputError } from "./inputs";

/** A YAML document. */
export interface YamlValue {
    /** What it says as plain values. */
    readonly value: unknown;
    /** The text that offsets are in; its lines are those of the text that was read. */
    readonly text: string;
    /** Offset in {@link text} of a place given by its keys, or of what is nearest above it. */
    readonly offsetOf: (keys: readonly string[]) => number;
}

/** How often anchors may be repeated in one document: enough for people, too few for a bomb. */
const MAX_ALIASES = 1000;

/** Lists or objects that open one another more often than any object needs: the parser would take very long. */
const NESTED = /(?:[[{]\s*){200}/;

/** What is said about them. */
const TOO_DEEP = "It is nested too deeply.";

/** YAML 1.1, as the tools of Kubernetes read it, but for what they leave as text: dates, times and binary data. */
const OPTIONS = {
    version: "1.1",
    merge: true,
    // The parser compares each key with every other: minutes for a large map.
    uniqueKeys: false,
    stringKeys: true,
    customTags: (tags: Tags): Tags =>
        tags.filter((tag) => {
            if (typeof tag === "string") {
                return true;
            }
            const { format } = tag as Partial<ScalarTag>;
            return format !== "TIME" && !/:(?:timestamp|binary|omap|pairs|set)$/.test(tag.tag);
        }),
} as const;

/**
 * Reads one YAML document.
 * @param firstLine Number of its first line in the file, for messages.
 * @throws {InputError} when it is none, repeats a key, or its anchors stand for too much.
 */
export function readYaml(text: string, firstLine: number): YamlValue {
    try {
        return readAnyDepth(text, firstLine);
    } catch (error) {
        // The parser calls itself for each level.
        throw error instanceof RangeError ? new InputError(TOO_DEEP) : error;
    }
}

function readAnyDepth(text: string, firstLine: number): YamlValue {
    if (NESTED.test(text)) {
        throw new InputError(TOO_DEEP);
    }
    const counter = new yaml.LineCounter();
    const document = yaml.parseDocument(text, { ...OPTIONS, lineCounter: counter });
    const lineAt = (offset: number): number => counter.linePos(offset).line - 1;
    const refuse = (what: string, offset: number): never => {
        const hint = text.includes("{{") ? " If it is a template of a chart, render it first: helm template." : "";
        throw new InputError(`${what} (line ${firstLine + lineAt(offset)}).${hint}`);
    };
    const [error] = document.errors;
    if (error !== undefined) {
        // The parser reports that it has run out of stack as an error of the text.
        if (error.message.startsWith("Maximum call stack size exceeded")) {
            throw new InputError(TOO_DEEP);
        }
        // Only the first line of the message: the rest quotes the text, which may hold a secret.
        refuse((error.message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:?$/, ""), error.pos[0]);
    }
    const repeated = repeatedKey(document);
    if (repeated !== undefined) {
        refuse("Map keys must be unique", repeated.range?.[0] ?? 0);
    }
    return { value: toPlain(document, text), text, offsetOf: (keys) => offsetOf(document, keys) };
}

/** The first key that its map has had before. */
function repeatedKey(document: Document): Scalar | undefined {
    let repeated: Scalar | undefined;
    yaml.visit(document, {
        Map: (_, { items }) => {
            const seen = new Set<unknown>();
            repeated = items
                .map(({ key }) => key)
                .find((key): key is Scalar => {
                    if (!yaml.isScalar(key)) {
                        return false;
                    }
                    const before = seen.size;
                    return seen.add(key.value).size === before;
                });
            return repeated === undefined ? undefined : yaml.visit.BREAK;
        },
    });
    return repeated;
}

function toPlain(document: Document, text: string): unknown {
    const value = resolve(document);
    if (text.includes("*") && isCircular(value)) {
        throw new InputError("Its anchors lead in a circle.");
    }
    flatten(value);
    return value;
}

/**
 * Lets the engine keep each string in one piece, which looking at it does. The parser puts quoted ones together from their
 * characters, and in that form they take more than ten times the memory: too much for files of many documents.
 */
function flatten(value: unknown): void {
    if (typeof value === "string") {
        value.charCodeAt(0);
    } else if (typeof value === "object" && value !== null) {
        Object.values(value).forEach(flatten);
    }
}

function resolve(document: Document): unknown {
    try {
        return document.toJS({ maxAliasCount: MAX_ALIASES });
    } catch (error) {
        if (!(error instanceof ReferenceError)) {
            throw error;
        }
        const unset = error.message.startsWith("Unresolved alias");
        throw new InputError(
            unset ? "An alias names an anchor that is not set before it." : "Its anchors are repeated too often.",
        );
    }
}

/** Whether a value holds itself. What anchors repeat is looked into once. */
function isCircular(value: unknown, above = new Set<object>(), done = new WeakSet<object>()): boolean {
    if (typeof value !== "object" || value === null || done.has(value)) {
        return false;
    }
    if (above.has(value)) {
        return true;
    }
    above.add(value);
    const circular = Object.values(value).some((item) => isCircular(item, above, done));
    above.delete(value);
    done.add(value);
    return circular;
}

/** Where a place starts in the text, or what is nearest above it. */
function offsetOf(document: Document, keys: readonly string[]): number {
    for (let depth = keys.length; depth > 0; depth--) {
        const path = keys.slice(0, depth).map((key) => (/^\d+$/.test(key) ? Number(key) : key));
        const node: unknown = document.getIn(path, true);
        const range: unknown = typeof node === "object" && node !== null ? Reflect.get(node, "range") : undefined;
        if (Array.isArray(range) && typeof range[0] === "number") {
            return range[0];
        }
    }
    return 0;
}
