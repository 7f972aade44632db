import type { Exception } from "../engine/exception";
import { Field } from "../engine/field";
import type { Outcome } from "../engine/outcome";
import { exceptionUsage } from "../engine/usage";
import { evaluator, todayInUtc } from "../evaluation/evaluate";
import { stackEvaluator, stackOfSources } from "../evaluation/evaluateStack";
import { usageFaults } from "../evaluation/exceptionsCheck";
import type { PolicyHead, Rule } from "../evaluation/rule";
import type { StackRule } from "../evaluation/stackRule";
import { groupKindOf } from "../kubernetes/kinds";
import { inNamespace } from "../kubernetes/namespaced";
import { withoutOwned } from "../kubernetes/owners";
import type { Source } from "../kubernetes/subject";
import type { Manifest } from "../manifests/documents";
import type { Failure } from "../manifests/inputs";
import { EXCEPTIONS } from "../rules/pack";
import { readInputs } from "./read";
import type { Selection } from "./selection";
import { folded, toViolation, type Place, type Violation } from "./violation";

/** What a check found. */
export interface Report {
    /** Number of objects judged; a list counts as one. */
    readonly checked: number;
    /** Number of documents that are no Kubernetes objects. */
    readonly skipped: number;
    /** Violations, the gravest first, then in the order of files and documents. */
    readonly violations: readonly Violation[];
    /** Exceptions that were used, as sentences. */
    readonly exceptions: readonly string[];
    /** Inputs that could not be used. */
    readonly errors: readonly Failure[];
    /** Files that were read and templates of charts, in order. */
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
    /** Patterns of files and folders to leave out. Default: none. */
    readonly exclude?: readonly string[];
    /** Namespace of objects that name none. Default: they have none. */
    readonly namespace?: string;
}

/**
 * Checks all manifests in files and folders. What cannot be used is reported, and the rest is judged.
 * @throws {OptionError} when an option of a rule cannot be used; a {@link Selection} from files has none such.
 */
export function check(inputs: readonly string[], settings: CheckSettings): Report {
    const { levels, config } = settings.selection;
    const chosen = <T extends { id: string }>(all: readonly T[]): T[] => all.filter(({ id }) => levels.has(id));
    const usage = exceptionUsage();
    const evaluation = { config, exceptions: settings.exceptions, usage };
    const evaluate = evaluator({ rules: chosen(settings.rules), ...evaluation });
    const overStack = settings.stackRules.filter(({ always }) => always || settings.wholeStack);
    const evaluateStack = stackEvaluator({ rules: chosen(overStack), ...evaluation });

    const { files, failures, places: read, skipped } = readInputs(inputs, settings);
    const errors = [...failures];
    const violations: Violation[] = [];
    const used: string[] = [];
    const places = new Map<unknown, Place>();
    const sources = read.map((place): Source => {
        const source = sourceOf(place.manifest, settings.namespace);
        places.set(source.body, place);
        return source;
    });
    const heads = new Map<string, PolicyHead>(
        [...settings.rules, ...settings.stackRules, EXCEPTIONS].map((rule) => [rule.id, rule]),
    );
    const keep = (body: unknown, outcome: Outcome): void => {
        const place = places.get(body);
        if (place === undefined) {
            throw new Error("an outcome about no document");
        }
        if (outcome.type === "exception") {
            used.push(`${place.file}: ${outcome.message}`);
        }
        // Nothing in a manifest becomes known later: what cannot be judged is a fault.
        else {
            const level = levels.get(outcome.rule) ?? "mandatory";
            violations.push(toViolation(place, outcome, level, heads.get(outcome.rule)));
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
    return { checked: sources.length, skipped, violations: folded(violations, files), exceptions: used, errors, files };
}

function sourceOf({ body }: Manifest, namespace: string | undefined): Source {
    const type = groupKindOf(String(body.apiVersion), String(body.kind));
    return { ...type, body: namespace === undefined ? body : inNamespace(body, namespace) };
}
