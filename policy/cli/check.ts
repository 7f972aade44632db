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

/** What a check found. */
export interface CheckReport {
    /** Number of objects judged; a list counts as one. */
    readonly checked: number;
    /** Number of documents that are no Kubernetes objects. */
    readonly skipped: number;
    /** Violations in the order that was asked for. They are read from files when there are many: see {@link close}. */
    readonly violations: Iterable<Violation>;
    /** How many of them there are. */
    readonly counts: Readonly<Record<Violation["level"], number>>;
    /** Exceptions that were used, as sentences. */
    readonly exceptions: readonly string[];
    /** Inputs that could not be used. */
    readonly errors: readonly Failure[];
    /** Files that were read and templates of charts, in order. */
    readonly files: readonly string[];
    /** Gives back what holds the violations, once they were read. */
    readonly close: () => void;
}

/** Order of violations: the gravest first, then by file and document; or by file and document alone. */
export type Order = "gravity" | "file";

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
    /** Order of the violations. Default: `gravity`. */
    readonly order?: Order;
}

/**
 * Checks all manifests in files and folders. What cannot be used is reported, and the rest is judged.
 * @throws {OptionError} when an option of a rule cannot be used; a {@link Selection} from files has none such.
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
        // Nothing in a manifest becomes known later: what cannot be judged is a fault.
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
        // An export of a cluster holds what controllers have made, too.
        const own = single.has(source) ? evaluate(source) : [];
        keep(source.body, [...own, ...(ofStack.get(source.body) ?? [])]);
    }
    if (levels.has(EXCEPTIONS.id)) {
        const { subjects } = stackOfSources(sources);
        const ids = new Set([...settings.rules, ...settings.stackRules].map(({ id }) => id));
        // A rule of which only one half has run may need its exceptions in the other.
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

/** The violations of a run, in order. */
class Kept {
    readonly counts = { mandatory: 0, advisory: 0 };
    readonly violations: Spool<Violation>;

    constructor(private readonly order: Order = "gravity") {
        this.violations = new Spool(RANKS, (json) => JSON.parse(json) as Violation);
    }

    /** Adds those of one document. */
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
