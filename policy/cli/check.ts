import { evaluator, todayInUtc } from "../evaluation/evaluate";
import { stackEvaluator, stackOfSources } from "../evaluation/evaluateStack";
import type { Exception } from "../engine/exception";
import { Field } from "../engine/field";
import { usageFaults } from "../evaluation/exceptionsCheck";
import type { Outcome } from "../engine/outcome";
import type { Rule } from "../evaluation/rule";
import type { StackRule } from "../evaluation/stackRule";
import { exceptionUsage } from "../engine/usage";
import { groupKindOf } from "../kubernetes/kinds";
import { withoutOwned } from "../kubernetes/owners";
import type { Source } from "../kubernetes/subject";
import { readDocuments, type Manifest } from "../manifests/documents";
import { findFiles, readText, reasonOf, type Failure } from "../manifests/inputs";
import { keysOf } from "../engine/path";
import { EXCEPTIONS } from "../rules/pack";
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
    /** Namespace of the object, `null` where it has none. */
    readonly namespace: string | null;
    /** Name of the object, `null` where it has none. */
    readonly name: string | null;
    /** Container, `null` where none is concerned. */
    readonly container: string | null;
    /** Path from the root of the object. */
    readonly path: string;
    /** All of it for people. */
    readonly message: string;
    /** Line in the file, counted from 1. */
    readonly line: number;
    /** Column in the file, counted from 1. */
    readonly column: number;
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
    /** Every rule over stacks. */
    readonly stackRules: readonly StackRule[];
    /** Whether all of those run, not only those that judge single objects by others. */
    readonly wholeStack: boolean;
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
 * @throws {OptionError} when an option of a rule can't be used; a {@link Selection} from files has none such.
 */
export function check(inputs: readonly string[], settings: CheckSettings): Report {
    const { levels, config } = settings.selection;
    const chosen = <T extends { id: string }>(all: readonly T[]): T[] => all.filter(({ id }) => levels.has(id));
    const usage = exceptionUsage();
    const evaluation = { config, exceptions: settings.exceptions, usage };
    const evaluate = evaluator({ rules: chosen(settings.rules), ...evaluation });
    const overStack = settings.stackRules.filter(({ always }) => always || settings.wholeStack);
    const evaluateStack = stackEvaluator({ rules: chosen(overStack), ...evaluation });

    const { files, failures } = findFiles(inputs);
    const errors = [...failures];
    const violations: Violation[] = [];
    const used: string[] = [];
    const places = new Map<unknown, Place>();
    const sources: Source[] = [];
    for (const file of files) {
        const { manifests, faults } = readFile(file);
        for (const message of faults) {
            errors.push({ file, message });
        }
        for (const manifest of manifests) {
            const source = sourceOf(manifest);
            sources.push(source);
            places.set(source.body, { file, manifest });
        }
    }
    const keep = (body: unknown, outcome: Outcome): void => {
        const place = places.get(body);
        if (place === undefined) {
            throw new Error("an outcome about no document");
        }
        if (outcome.type === "exception") {
            used.push(`${place.file}: ${outcome.message}`);
        }
        // Nothing gets known later in a manifest: what can't be judged is a fault.
        else {
            violations.push(toViolation(place, outcome, levels.get(outcome.rule)));
        }
    };
    // An export of a cluster holds what controllers have made, too.
    for (const source of withoutOwned(sources, ({ body }) => new Field(body))) {
        for (const outcome of evaluate(source)) {
            keep(source.body, outcome);
        }
    }
    for (const outcome of evaluateStack(sources)) {
        keep(outcome.source, outcome);
    }
    if (levels.has(EXCEPTIONS.id)) {
        const { subjects } = stackOfSources(sources);
        const ids = new Set([...settings.rules, ...settings.stackRules].map(({ id }) => id));
        // A rule of which only one half has run may need its exceptions in the other.
        const halves = new Set(settings.stackRules.filter((rule) => !overStack.includes(rule)).map(({ id }) => id));
        for (const { rule, path, message, object, source } of usageFaults(subjects, ids, usage, todayInUtc())) {
            if (halves.has(rule)) {
                continue;
            }
            keep(source, { type: "violation", rule: EXCEPTIONS.id, ...object, path, message, advisory: false });
        }
    }
    return { checked: sources.length, violations: inOrder(violations, files), exceptions: used, errors, files };
}

/** Violations in the order of files and documents; those of one document as they were found. */
function inOrder(violations: readonly Violation[], files: readonly string[]): Violation[] {
    const rank = new Map(files.map((file, index) => [file, index]));
    const rankOf = ({ file }: Violation): number => rank.get(file) ?? 0;
    return violations.toSorted((a, b) => rankOf(a) - rankOf(b) || a.document - b.document);
}

function readFile(file: string): ReturnType<typeof readDocuments> {
    try {
        const documents = readDocuments(readText(file));
        const empty = documents.manifests.length === 0 && documents.faults.length === 0;
        return empty && file === "-" ? { manifests: [], faults: ["Standard input is empty."] } : documents;
    } catch (error) {
        return { manifests: [], faults: [reasonOf(error)] };
    }
}

function sourceOf({ body }: Manifest): Source {
    return { ...groupKindOf(String(body.apiVersion), String(body.kind)), body };
}

function toViolation(
    { file, manifest }: Place,
    { rule, kind, namespace, name, container, path, message, advisory }: Outcome,
    level: Violation["level"] = "mandatory",
): Violation {
    const { line, column } = manifest.positionOf(keysOf(path));
    const document = manifest.index;
    return {
        file,
        document,
        rule,
        level: advisory ? "advisory" : level,
        kind,
        namespace: namespace ?? null,
        name: name ?? null,
        container: container ?? null,
        path,
        message,
        line,
        column,
    };
}
