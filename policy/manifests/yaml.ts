import * as yaml from "yaml";
import type { Document, Scalar, ScalarTag, Tags } from "yaml";
import { InputError } from "./inputs";

/** A YAML document. */
export interface YamlValue {
    /** Its content as plain values. */
    readonly value: unknown;
    /** The text that offsets refer to; its lines are those of the input. */
    readonly text: string;
    /** Offset in {@link text} of a field given its keys, or of its nearest ancestor. */
    readonly offsetOf: (keys: readonly string[]) => number;
}

/** Maximum expansions of anchors in one document: enough for manifests, too few for a YAML bomb. */
const MAX_ALIASES = 1000;

/** Nesting deeper than any object needs, which would slow down the parser. */
const NESTED = /(?:[[{]\s*){200}/;

/** Message for them. */
const TOO_DEEP = "It is nested too deeply.";

/** YAML 1.1 as Kubernetes tools read it: dates, times and binary data stay strings. */
const OPTIONS = {
    version: "1.1",
    merge: true,
    // The parser compares each key with every other, which takes minutes for a large map.
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
 * Parses one YAML document.
 * @param firstLine Number of its first line in the file, for messages.
 * @throws {InputError} when it is invalid, repeats a key, or its anchors expand to too much.
 */
export function readYaml(text: string, firstLine: number): YamlValue {
    try {
        return readAnyDepth(text, firstLine);
    } catch (error) {
        // The parser is recursive.
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
        const hint = text.includes("{{") ? " If it is a chart template, render it first with helm template." : "";
        throw new InputError(`${what} (line ${firstLine + lineAt(offset)}).${hint}`);
    };
    const [error] = document.errors;
    if (error !== undefined) {
        // The parser reports a stack overflow as an error of the text.
        if (error.message.startsWith("Maximum call stack size exceeded")) {
            throw new InputError(TOO_DEEP);
        }
        // Only the first line of the message: the rest quotes the text, which may contain a secret.
        refuse((error.message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:?$/, ""), error.pos[0]);
    }
    const repeated = repeatedKey(document);
    if (repeated !== undefined) {
        refuse("Map keys must be unique", repeated.range?.[0] ?? 0);
    }
    return { value: toPlain(document, text), text, offsetOf: (keys) => offsetOf(document, keys) };
}

/** The first duplicate key. */
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
        throw new InputError("Its anchors are circular.");
    }
    flatten(value);
    return value;
}

/**
 * Makes V8 flatten each string by reading it. The parser concatenates quoted strings character by character;
 * unflattened, they take more than ten times the memory, too much for files with many documents.
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
        throw new InputError(unset ? "An alias refers to an undefined anchor." : "Its anchors are expanded too often.");
    }
}

/** Whether a value contains itself. Aliased values are searched once. */
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

/** Offset of a field in the text, or of its nearest ancestor. */
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
