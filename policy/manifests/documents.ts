import { isObject } from "../engine/field";
import { InputError } from "./inputs";
import { jsonTexts, tryJson } from "./json";
import { readQuickly } from "./quickYaml";
import { readYaml } from "./yaml";

/** A position in a file. */
export interface Position {
    /** Line, counted from 1. */
    readonly line: number;
    /** Column in characters, counted from 1. */
    readonly column: number;
}

/** One document of a file. */
export interface Manifest {
    /** 0-based index among the non-empty documents. */
    readonly index: number;
    /** The object. */
    readonly body: Readonly<Record<string, unknown>>;
    /** Template that helm rendered it from, if helm names it. */
    readonly template?: string;
    /** Position of a field in the file, given its keys; of its nearest ancestor if it is missing. */
    readonly positionOf: (keys: readonly string[]) => Position;
}

/** Content of a file. */
export interface Documents {
    /** Objects that can be evaluated. */
    readonly manifests: readonly Manifest[];
    /** Why other documents cannot be evaluated, as sentences. */
    readonly faults: readonly string[];
    /** Number of documents that are not Kubernetes objects, e.g. chart values or workflows. */
    readonly skipped: number;
}

/** Document markers, which content cannot contain at the start of a line. */
const MARKER = /^(?:---|\.\.\.)(?=[ \t\r\n]|$)/gm;

/** Splits a text into its documents and reads each. */
export function readDocuments(text: string): Documents {
    const manifests: Manifest[] = [];
    const faults: string[] = [];
    let index = 0;
    let skipped = 0;
    let line = 1;
    for (const part of split(text).flatMap(jsonTexts)) {
        const first = line;
        line += countLines(part);
        if (isBlank(part)) {
            continue;
        }
        const number = index++;
        try {
            const read = readPart(part, first);
            if (read === undefined) {
                index--;
            } else if (read === "foreign") {
                skipped++;
            } else {
                manifests.push({ index: number, template: /^# Source: (.+)$/m.exec(part)?.[1]?.trim(), ...read });
            }
        } catch (error) {
            if (!(error instanceof InputError)) {
                throw error;
            }
            faults.push(`Document ${number}: ${error.message}`);
        }
    }
    return { manifests, faults, skipped };
}

/** The parts of a text between markers, without the markers. */
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
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
        count++;
    }
    return count;
}

/** Whether a text contains only comments, directives and white space. */
function isBlank(text: string): boolean {
    return !/^[ \t]*[^\s#%]/m.test(text);
}

function readPart(text: string, firstLine: number): Pick<Manifest, "body" | "positionOf"> | "foreign" | undefined {
    const json = tryJson(text);
    const read = json === undefined ? (readQuickly(text) ?? readYaml(text, firstLine)) : undefined;
    const value = read?.value ?? json;
    if (value === null || value === undefined) {
        return undefined;
    }
    const body = objectIn(value);
    if (body === undefined) {
        return "foreign";
    }
    let places = read;
    return {
        body,
        positionOf: (keys) => {
            // JSON is also YAML, and is parsed as such only when a position is needed.
            places ??= readQuickly(text) ?? { value, text, offsetOf: () => text.indexOf("{") };
            const offset = keys.length === 0 ? places.text.search(/^[ \t]*[^\s#]/m) : places.offsetOf(keys);
            const before = places.text.slice(0, Math.max(0, offset));
            return { line: firstLine + countLines(before), column: before.length - before.lastIndexOf("\n") };
        },
    };
}

/** API groups of files for tools, not for clusters, e.g. kustomization.yaml. */
const TOOL_FILES = /^(?:kustomize\.config\.k8s\.io|kind\.x-k8s\.io|skaffold)\//;

/** Whether a value is a Kubernetes object by its two main fields. */
function isTyped(value: unknown): boolean {
    return isObject(value) && typeof value.apiVersion === "string" && typeof value.kind === "string";
}

/**
 * The value as a Kubernetes object; `undefined` if it is not one.
 * @throws {InputError} for a value with apiVersion but without kind, and for a list of objects, which are probably mistakes.
 */
function objectIn(value: unknown): Readonly<Record<string, unknown>> | undefined {
    if (Array.isArray(value) && value.some(isTyped)) {
        throw new InputError(
            "It is a list of objects, which kubectl does not read. Write documents, or one of kind List.",
        );
    }
    if (!isObject(value) || typeof value.apiVersion !== "string" || value.apiVersion === "") {
        return undefined;
    }
    const { apiVersion, kind } = value;
    if (TOOL_FILES.test(apiVersion) || (kind === undefined && /^v[12]$/.test(apiVersion) && isChart(value))) {
        return undefined;
    }
    if (typeof kind !== "string" || kind === "") {
        throw new InputError("It is not a Kubernetes object: kind is missing or not a string.");
    }
    return value;
}

/** Whether a value is the content of a Chart.yaml. */
function isChart({ name, version }: Readonly<Record<string, unknown>>): boolean {
    return typeof name === "string" && version !== undefined;
}
