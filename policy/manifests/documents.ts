import { isObject } from "../engine/field";
import { InputError } from "./inputs";
import { jsonTexts, tryJson } from "./json";
import { readQuickly } from "./quickYaml";
import { readYaml } from "./yaml";

/** A place in a file. */
export interface Position {
    /** Line, counted from 1. */
    readonly line: number;
    /** Column in characters, counted from 1. */
    readonly column: number;
}

/** One document of a file. */
export interface Manifest {
    /** 0-based number among the documents that are not empty. */
    readonly index: number;
    /** The object. */
    readonly body: Readonly<Record<string, unknown>>;
    /** Template that helm made it from, where helm says so. */
    readonly template?: string;
    /** Where in the file a place is, given by its keys, or what is nearest above it. */
    readonly positionOf: (keys: readonly string[]) => Position;
}

/** What is in a file. */
export interface Documents {
    /** Objects that can be judged. */
    readonly manifests: readonly Manifest[];
    /** Why others cannot be judged, as sentences. */
    readonly faults: readonly string[];
    /** Number of documents that are no Kubernetes objects, e.g. values of a chart or workflows. */
    readonly skipped: number;
}

/** Markers between documents, which no content can contain at the start of a line. */
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

/** The parts of a text between markers, each without the marker it starts with. */
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

/** Whether a text holds nothing but comments, directives and white space. */
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
            // JSON is YAML, too, which is read again only when a place is asked for.
            places ??= readQuickly(text) ?? { value, text, offsetOf: () => text.indexOf("{") };
            const offset = keys.length === 0 ? places.text.search(/^[ \t]*[^\s#]/m) : places.offsetOf(keys);
            const before = places.text.slice(0, Math.max(0, offset));
            return { line: firstLine + countLines(before), column: before.length - before.lastIndexOf("\n") };
        },
    };
}

/** API of files that tools read and clusters do not know, e.g. kustomization.yaml. */
const TOOL_FILES = /^(?:kustomize\.config\.k8s\.io|kind\.x-k8s\.io|skaffold)\//;

/**
 * The Kubernetes object that a value is; `undefined` for what is none.
 * @throws {InputError} for one that has a version but no kind, which is more likely a mistake.
 */
function objectIn(value: unknown): Readonly<Record<string, unknown>> | undefined {
    if (!isObject(value) || typeof value.apiVersion !== "string" || value.apiVersion === "") {
        return undefined;
    }
    const { apiVersion, kind } = value;
    if (TOOL_FILES.test(apiVersion) || (kind === undefined && /^v[12]$/.test(apiVersion) && isChart(value))) {
        return undefined;
    }
    if (typeof kind !== "string" || kind === "") {
        throw new InputError("It is no Kubernetes object: kind is missing or no string.");
    }
    return value;
}

/** Whether a value is what Chart.yaml of a Helm chart holds. */
function isChart({ name, version }: Readonly<Record<string, unknown>>): boolean {
    return typeof name === "string" && version !== undefined;
}
