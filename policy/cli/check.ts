import * as yaml from "yaml";
import { evaluator } from "../engine/evaluate";
import { stackEvaluator } from "../engine/evaluate-stack";
import type { Exception } from "../engine/exception";
import type { Outcome } from "../engine/outcome";
import type { Rule } from "../engine/rule";
import type { StackRule } from "../engine/stack-rule";
import { groupKindOf } from "../kubernetes/kinds";
import type { Source } from "../kubernetes/subject";
import { readDocuments, type Manifest } from "../manifests/documents";
import { findFiles, readText, reasonOf, type Failure } from "../manifests/inputs";
import { keysOf } from "../engine/path";
import type { Selection } from "./selection";

/** A violation in a manifest. */
export interface Violation {
    /** File; `-` for standard input. */
    readonly file: string;
    /** 0-based number of the document among those of the file that are not empty. */
    readonly document: number;
    /** Rule. */
    readonly rule: string;
    /** How strictly it counts. */
    readonly level: "mandatory" | "advisory";
    /** Kind of the object. */
    readonly kind: string;
    /** Namespace of the object, where it has one. */
    readonly namespace?: string;
    /** Name of the object, where it has one. */
    readonly name?: string;
    /** Container, where one is concerned. */
    readonly container?: string;
    /** Path from the root of the object. */
    readonly path: string;
    /** All of it for people. */
    readonly message: string;
    /** Line in the file, counted from 1. */
    readonly line: number;
}

/** What a check found. */
export interface Report {
    /** Number of objects judged; a list counts as one. */
    readonly checked: number;
    /** Violations in the order of files and documents. */
    readonly violations: readonly Violation[];
    /** Exceptions that were used, as sentences. */
    readonly exceptions: readonly string[];
    /** Inputs that could not be used. */
    readonly errors: readonly Failure[];
    /** Files that were read, in order. */
    readonly files: readonly string[];
}

/** What to check with. */
export interface CheckSettings {
    /** Every rule over single objects. */
    readonly rules: readonly Rule[];
    /** Every rule over stacks; none where all objects are not to be judged together. */
    readonly stackRules: readonly StackRule[];
    /** Which of them run. */
    readonly selection: Selection;
    /** Exceptions in code. */
    readonly exceptions: readonly Exception[];
}

/** A document and where it came from. */
interface Place {
    readonly file: string;
    readonly manifest: Manifest;
}

/**
 * Checks all manifests in files and folders. What can't be used is reported, and the rest is judged.
 * @throws {OptionError} when an option of a rule can't be used.
 */
export function check(inputs: readonly string[], settings: CheckSettings): Report {
    const { levels, config } = settings.selection;
    const { exceptions } = settings;
    const chosen = <T extends { id: string }>(all: readonly T[]): T[] => all.filter(({ id }) => levels.has(id));
    const evaluate = evaluator({ rules: chosen(settings.rules), config, exceptions });
    const evaluateStack = stackEvaluator({ rules: chosen(settings.stackRules), config, exceptions });

    const { files, failures } = findFiles(inputs);
    const errors = [...failures];
    const violations: Violation[] = [];
    const used: string[] = [];
    const places: Place[] = [];
    let checked = 0;
    const keep = (place: Place, outcome: Outcome): void => {
        if (outcome.type === "violation") violations.push(toViolation(place, outcome, levels.get(outcome.rule)));
        else used.push(`${place.file}: ${outcome.message}`);
    };
    for (const file of files) {
        const { manifests, faults } = readFile(file);
        for (const message of faults) errors.push({ file, message });
        for (const manifest of manifests) {
            checked++;
            const place = { file, manifest };
            for (const outcome of evaluate(sourceOf(manifest))) keep(place, outcome);
            if (settings.stackRules.length > 0) places.push(place);
        }
    }
    const sources = places.map(({ manifest }) => sourceOf(manifest));
    const byBody = new Map<unknown, Place>(places.map((place) => [place.manifest.body, place]));
    for (const outcome of evaluateStack(sources)) keep(placeOf(outcome, byBody), outcome);
    return { checked, violations, exceptions: used, errors, files };
}

function readFile(file: string): ReturnType<typeof readDocuments> {
    try {
        const documents = readDocuments(readText(file), yaml);
        const empty = documents.manifests.length === 0 && documents.faults.length === 0;
        return empty && file === "-" ? { manifests: [], faults: ["Standard input is empty."] } : documents;
    } catch (error) {
        return { manifests: [], faults: [reasonOf(error)] };
    }
}

function sourceOf({ body }: Manifest): Source {
    return { ...groupKindOf(String(body.apiVersion), String(body.kind)), body };
}

/** The document that an outcome about a stack belongs to: the source that it names. */
function placeOf(outcome: Outcome, places: ReadonlyMap<unknown, Place>): Place {
    const found = places.get(outcome.source) ?? places.values().next().value;
    if (found === undefined) throw new Error("an outcome about no document");
    return found;
}

function toViolation(
    { file, manifest }: Place,
    { rule, kind, namespace, name, container, path, message, advisory }: Outcome,
    level: Violation["level"] = "mandatory",
): Violation {
    const line = manifest.lineOf(keysOf(path));
    const document = manifest.index;
    return {
        file,
        document,
        rule,
        level: advisory ? "advisory" : level,
        kind,
        namespace,
        name,
        container,
        path,
        message,
        line,
    };
}
