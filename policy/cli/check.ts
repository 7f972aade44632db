import type { Exception } from "../engine/exception";
import { Field } from "../engine/field";
import type { RuleOutcome } from "../engine/outcome";
import { exceptionUsage } from "../engine/usage";
import { evaluator, todayInUtc } from "../evaluation/evaluate";
import { stackEvaluator, stackOfSources } from "../evaluation/evaluateStack";
import { usageFaults } from "../evaluation/exceptionsCheck";
import type { PolicyHead, Rule } from "../evaluation/rule";
import type { StackRule } from "../evaluation/stackRule";
import { groupKindOf } from "../kubernetes/kinds";
import { inNamespace } from "../kubernetes/namespaced";
import { withoutOwned } from "../kubernetes/owners";
import { groupBy } from "../kubernetes/stack";
import type { Source } from "../kubernetes/subject";
import type { Manifest } from "../manifests/documents";
import type { Failure } from "../manifests/inputs";
import { EXCEPTIONS } from "../rules/pack";
import { readInputs } from "./read";
import type { Selection } from "./selection";
import { Spool } from "./spool";
import { folded, RANKS, rankOf, toViolation, type SourcePlace, type Violation } from "./violation";

/** Result of a check. */
export interface CheckReport {
    /** Number of objects evaluated; a list counts as one. */
    readonly checked: number;
    /** Number of documents that are not Kubernetes objects. */
    readonly skipped: number;
    /** Violations in the requested order. When there are many, they are read from files: see {@link close}. */
    readonly violations: Iterable<Violation>;
    /** Number of violations, by level. */
    readonly counts: Readonly<Record<Violation["level"], number>>;
    /** Exceptions in use, as sentences. */
    readonly exceptions: readonly string[];
    /** Inputs that could not be used. */
    readonly errors: readonly Failure[];
    /** Files that were read, and chart templates, in order. */
    readonly files: readonly string[];
    /** Releases the temporary files, after the violations were read. */
    readonly close: () => void;
}

/** Order of violations: by severity (most severe first), then by file and document; or by file and document alone. */
export type Order = "gravity" | "file";

/** Options of a check. */
export interface CheckSettings {
    /** Every object rule. */
    readonly rules: readonly Rule[];
    /** Every stack rule. */
    readonly stackRules: readonly StackRule[];
    /** Whether all stack rules run, or only those that evaluate single objects in the context of others. */
    readonly wholeStack: boolean;
    /** Which rules run, and how. */
    readonly selection: Selection;
    /** Exceptions defined in code. */
    readonly exceptions: readonly Exception[];
    /** Patterns of files and folders to leave out. Default: none. */
    readonly exclude?: readonly string[];
    /** Namespace of objects that set none. Default: none. */
    readonly namespace?: string;
    /** Order of the violations. Default: `gravity`. */
    readonly order?: Order;
}

/**
 * Checks all manifests in files and folders. Inputs that cannot be used are reported; the rest are evaluated.
 * @throws {OptionError} when an option of a rule is invalid. Never thrown for a {@link Selection} read from files.
 */
export function check(inputs: readonly string[], settings: CheckSettings): CheckReport {
    const { levels, config } = settings.selection;
    const chosen = <T extends { id: string }>(all: readonly T[]): T[] => all.filter(({ id }) => levels.has(id));
    const usage = exceptionUsage();
    const evaluation = { config, exceptions: settings.exceptions, usage };
    const evaluate = evaluator({ rules: chosen(settings.rules), ...evaluation });
    const overStack = settings.stackRules.filter(({ always }) => always || settings.wholeStack);
    const evaluateStack = stackEvaluator({ rules: chosen(overStack), ...evaluation });

    const { files, failures, places: read, skipped } = readInputs(inputs, settings);
    const used: string[] = [];
    const places = new Map<unknown, SourcePlace>();
    const sources = read.map((place): Source => {
        const source = sourceOf(place.manifest, settings.namespace);
        places.set(source.body, place);
        return source;
    });
    const heads = new Map<string, PolicyHead>(
        [...settings.rules, ...settings.stackRules, EXCEPTIONS].map((rule) => [rule.id, rule]),
    );
    const kept = new Kept(settings.order);
    const keep = (body: unknown, outcomes: readonly RuleOutcome[]): void => {
        const place = places.get(body);
        if (place === undefined) {
            throw new Error("an outcome about no document");
        }
        used.push(
            ...outcomes.flatMap(({ type, message }) => (type === "exception" ? `${place.file}: ${message}` : [])),
        );
        // Nothing in a manifest becomes known later, so what cannot be evaluated is a violation.
        const broken = outcomes.filter(({ type }) => type !== "exception");
        kept.add(
            broken.map((outcome) =>
                toViolation(place, outcome, levels.get(outcome.rule) ?? "mandatory", heads.get(outcome.rule)),
            ),
        );
    };
    const single = new Set(withoutOwned(sources, ({ body }) => new Field(body)));
    const ofStack = groupBy(evaluateStack(sources), ({ source }) => source);
    for (const source of sources) {
        // An export of a cluster also holds objects created by controllers.
        const own = single.has(source) ? evaluate(source) : [];
        keep(source.body, [...own, ...(ofStack.get(source.body) ?? [])]);
    }
    if (levels.has(EXCEPTIONS.id)) {
        const { subjects } = stackOfSources(sources);
        const ids = new Set([...settings.rules, ...settings.stackRules].map(({ id }) => id));
        // A rule with an object half and a stack half may use its exceptions in the half that did not run.
        const halves = new Set(settings.stackRules.filter((rule) => !overStack.includes(rule)).map(({ id }) => id));
        for (const { rule, path, message, object, source } of usageFaults(subjects, ids, usage, todayInUtc())) {
            if (!halves.has(rule)) {
                keep(source, [{ type: "violation", rule: EXCEPTIONS.id, ...object, path, message, advisory: false }]);
            }
        }
    }
    const { violations, counts } = kept;
    const close = (): void => {
        violations.close();
    };
    return { checked: sources.length, skipped, violations, counts, exceptions: used, errors: failures, files, close };
}

/** Collects the violations of a run, in order. */
class Kept {
    readonly counts = { mandatory: 0, advisory: 0 };
    readonly violations: Spool<Violation>;

    constructor(private readonly order: Order = "gravity") {
        this.violations = new Spool(RANKS, (json) => JSON.parse(json) as Violation);
    }

    /** Adds the violations of one document. */
    add(ofDocument: readonly Violation[]): void {
        for (const violation of folded(ofDocument)) {
            this.counts[violation.level] += 1;
            this.violations.add(this.order === "gravity" ? rankOf(violation) : 0, violation);
        }
    }
}

function sourceOf({ body }: Manifest, namespace: string | undefined): Source {
    const type = groupKindOf(String(body.apiVersion), String(body.kind));
    return { ...type, body: namespace === undefined ? body : inNamespace(body, namespace) };
}
