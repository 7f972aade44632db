import type * as YamlModule from "yaml";
import type { Document, ScalarTag, Tags } from "yaml";
import { isObject } from "../engine/field";
import { InputError } from "./inputs";

/** One document of a file. */
export interface Manifest {
    /** 0-based number among the documents that are not empty. */
    readonly index: number;
    /** The object. */
    readonly body: Readonly<Record<string, unknown>>;
    /** Template that helm made it from, where helm says so. */
    readonly template?: string;
    /** Line in the file, counted from 1, of a place given by its keys, or of what is nearest above it. */
    readonly lineOf: (keys: readonly string[]) => number;
}

/** What is in a file. */
export interface Documents {
    /** Objects that can be judged. */
    readonly manifests: readonly Manifest[];
    /** Why the others can't, as sentences. */
    readonly faults: readonly string[];
}

/** How often anchors may be repeated in one document: enough for people, too few for a bomb. */
const MAX_ALIASES = 1000;

/** Lists or objects that open one another more often than any object needs: the parser would take very long. */
const NESTED = /(?:[[{]\s*){200}/;

/** What is said about them. */
const TOO_DEEP = "It is nested too deeply.";

/** Markers between documents, which no content can contain at the start of a line. */
const MARKER = /^(?:---|\.\.\.)(?=[ \t\r\n]|$)/gm;

/** YAML 1.1, as the tools of Kubernetes read it, but for what they leave as text: dates, times and binary data. */
const OPTIONS = {
    version: "1.1",
    merge: true,
    uniqueKeys: true,
    stringKeys: true,
    customTags: (tags: Tags): Tags =>
        tags.filter((tag) => {
            if (typeof tag === "string") return true;
            const { format } = tag as Partial<ScalarTag>;
            return format !== "TIME" && !/:(?:timestamp|binary|omap|pairs|set)$/.test(tag.tag);
        }),
} as const;

/** The YAML parser. It is handed over, since it is too large to load where no manifest is read. */
export type Yaml = Pick<typeof YamlModule, "LineCounter" | "parseDocument">;

/** Splits a text into its documents and reads each. */
export function readDocuments(text: string, yaml: Yaml): Documents {
    const manifests: Manifest[] = [];
    const faults: string[] = [];
    let index = 0;
    let line = 1;
    for (const part of split(text)) {
        const first = line;
        line += countLines(part);
        if (isBlank(part)) continue;
        const number = index++;
        try {
            const read = readPart(part, first, yaml);
            if (read === undefined) index--;
            else manifests.push({ index: number, template: /^# Source: (.+)$/m.exec(part)?.[1]?.trim(), ...read });
        } catch (error) {
            // The parser calls itself for each level.
            if (!(error instanceof InputError || error instanceof RangeError)) throw error;
            faults.push(`Document ${number}: ${error instanceof InputError ? error.message : TOO_DEEP}`);
        }
    }
    return { manifests, faults };
}

/** The parts of a text between markers, each with the marker it starts with blanked out. */
function split(text: string): string[] {
    const parts: string[] = [];
    let start = 0;
    for (const { index } of text.matchAll(MARKER)) {
        parts.push(text.slice(start, index));
        start = index + "---".length;
    }
    parts.push(text.slice(start));
    return parts;
}

function countLines(text: string): number {
    let count = 0;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
    return count;
}

/** Whether a text holds nothing but comments, directives and white space. */
function isBlank(text: string): boolean {
    return !/^[ \t]*[^\s#%]/m.test(text);
}

function readPart(text: string, firstLine: number, yaml: Yaml): Omit<Manifest, "index"> | undefined {
    const json = /^\s*\{/.test(text) ? tryJson(text) : undefined;
    if (json !== undefined) return { body: demandObject(json), lineOf: () => firstLine };
    if (NESTED.test(text)) throw new InputError(TOO_DEEP);
    const counter = new yaml.LineCounter();
    const document = yaml.parseDocument(text, { ...OPTIONS, lineCounter: counter });
    const [error] = document.errors;
    if (error !== undefined) {
        // Only the first line of the message: the rest quotes the text, which may hold a secret.
        const what = (error.message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:?$/, "");
        throw new InputError(`${what} (line ${firstLine + counter.linePos(error.pos[0]).line - 1}).`);
    }
    const value = toPlain(document);
    if (value === null || value === undefined) return undefined;
    return {
        body: demandObject(value),
        lineOf: (keys) => firstLine + counter.linePos(offsetOf(document, keys)).line - 1,
    };
}

/**
 * JSON that has no duplicate keys. Faster than YAML, of which it is a part; where it can't tell, YAML decides. A key is a
 * duplicate when writing the value again gives a shorter text.
 */
function tryJson(text: string): unknown {
    try {
        const value: unknown = JSON.parse(text);
        return countKeys(value) === (text.match(/"\s*:/g) ?? []).length ? value : undefined;
    } catch {
        return undefined;
    }
}

function countKeys(value: unknown): number {
    if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countKeys(item), 0);
    if (!isObject(value)) return 0;
    return Object.values(value).reduce<number>((sum, item) => sum + 1 + countKeys(item), 0);
}

function toPlain(document: Document): unknown {
    try {
        return document.toJS({ maxAliasCount: MAX_ALIASES });
    } catch {
        throw new InputError("Its anchors are repeated too often or lead in a circle.");
    }
}

function demandObject(value: unknown): Readonly<Record<string, unknown>> {
    if (!isObject(value)) throw new InputError("It is no Kubernetes object: it holds no keys.");
    for (const key of ["apiVersion", "kind"]) {
        if (typeof value[key] === "string" && value[key] !== "") continue;
        throw new InputError(`It is no Kubernetes object: ${key} is missing or no string.`);
    }
    return value;
}

/** Where a place starts in the text, or what is nearest above it. */
function offsetOf(document: Document, keys: readonly string[]): number {
    for (let depth = keys.length; depth > 0; depth--) {
        const path = keys.slice(0, depth).map((key) => (/^\d+$/.test(key) ? Number(key) : key));
        const node: unknown = document.getIn(path, true);
        const range: unknown = typeof node === "object" && node !== null ? Reflect.get(node, "range") : undefined;
        if (Array.isArray(range) && typeof range[0] === "number") return range[0];
    }
    return 0;
}
