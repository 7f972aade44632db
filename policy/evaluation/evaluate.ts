import { declaredExceptions } from "../kubernetes/annotations";
import { subjectsOf, type Source, type Subject, type Subjects } from "../kubernetes/subject";
import {
    covers,
    FILE,
    grantOf,
    hasExpired,
    listed,
    namesObject,
    type Exception,
    type Grant,
    type Listed,
} from "../engine/exception";
import { Field } from "../engine/field";
import { judge, RuleError, violation, type Finding } from "../engine/finding";
import { identify, type Identity } from "../engine/identity";
import type { RuleConfig } from "../engine/options";
import { exceptionOutcome, undeterminedOutcome, violationOutcome, type RuleOutcome } from "../engine/outcome";
import type { Judge, Rule, Terms } from "./rule";
import type { Usage } from "../engine/usage";

/** How to evaluate objects. */
export interface PackSettings {
    /** Rules to apply. */
    readonly rules: readonly Rule[];
    /** Options by rule. Default: every rule's own defaults. */
    readonly config?: Readonly<Record<string, RuleConfig>>;
    /** Exceptions beside those of the configuration and of annotations. Default: none. */
    readonly exceptions?: readonly Exception[];
    /** Today as `YYYY-MM-DD` in UTC, which expiry is measured against. Default: the clock's. */
    readonly today?: string;
    /** Told which exceptions are used. Default: nobody is. */
    readonly usage?: Usage;
}

/** Evaluates one object: an object from the engine, or a manifest. */
export type Evaluate = (source: Source) => RuleOutcome[];

/**
 * Prepares rules for evaluating many objects. Knows nothing of Pulumi: plain manifests will do.
 * @throws {OptionError} when a rule's configuration cannot be used.
 */
export function evaluator(settings: PackSettings): Evaluate {
    const judges = settings.rules.map(({ id, configure }) => {
        const judge = configure(settings.config?.[id] ?? {});
        return { judge, context: contextOf(id, judge, settings) };
    });
    return (source) => {
        const found = subjectsOf(source);
        const outcomes: RuleOutcome[] = [];
        for (const { judge, context } of judges) {
            evaluateRule(judge, source, found, context, outcomes);
        }
        return outcomes;
    };
}

/** Today as `YYYY-MM-DD` in UTC. */
export function todayInUtc(): string {
    return new Date().toISOString().slice(0, 10);
}

/** What the findings of a rule are judged against. */
export interface EvaluationContext {
    /** The rule. */
    readonly rule: string;
    /** Exceptions from it, in code and in its configuration. */
    readonly exceptions: readonly Listed[];
    /** Whether exceptions by annotation count. */
    readonly allowAnnotations: boolean;
    /** Today as `YYYY-MM-DD`. */
    readonly today: () => string;
    /** Told which exceptions are used. */
    readonly usage?: Usage;
}

/** What the findings of a configured rule are judged against. */
export function contextOf(
    rule: string,
    { allowAnnotations, exceptions }: Terms,
    settings: Omit<PackSettings, "rules">,
): EvaluationContext {
    const inCode = listed(settings.exceptions ?? [], FILE).filter((exception) => exception.rule === rule);
    const configured = exceptions.map((exception) => ({ ...exception, rule }));
    return {
        rule,
        exceptions: [...inCode, ...listed(configured, `configuration of rule ${rule}`)],
        allowAnnotations,
        today: () => settings.today ?? todayInUtc(),
        usage: settings.usage,
    };
}

function evaluateRule(
    judge: Judge,
    source: Source,
    { subjects, unreadable }: Subjects,
    context: EvaluationContext,
    into: RuleOutcome[],
): void {
    for (const subject of subjects) {
        into.push(...outcomesOf(subject, safely(subject, judge, context), context));
    }
    if (unreadable.length > 0) {
        const whole = identify(source.kind, new Field(source.body), source.fallbackName, source.origin);
        into.push(...report(context.rule, whole, unreadable));
    }
}

/** What the findings of a rule about an object come to, exceptions considered. */
export function outcomesOf(subject: Subject, findings: readonly Finding[], context: EvaluationContext): RuleOutcome[] {
    const { rule, usage } = context;
    const declared = declaredExceptions(subject, rule, context.allowAnnotations);
    if (findings.length === 0 && declared.grants.size + declared.faults.length + context.exceptions.length === 0) {
        return [];
    }
    const object = identify(subject.kind, subject.object, subject.fallbackName, subject.origin);
    const named = context.exceptions.filter((exception) => namesObject(exception, object, subject.stack));
    const own = new Map([...declared.grants].map(([container, grant]) => [container, labelled(grant, object)]));
    // A patch need not hold what its exceptions are for.
    if (!subject.partial) {
        for (const grant of [...named.map(grantOf), ...own.values()]) {
            usage?.onSeen(rule, grant, object, subject.source);
        }
    }
    const kept: Finding[] = [...declared.faults];
    const expired = new Map<Finding, Grant>();
    const used = new Map<string, { grant: Grant; findings: Finding[] }>();
    const today = context.today();

    for (const finding of findings) {
        const grants = [
            ...named.filter((exception) => covers(exception, finding)).map(grantOf),
            ...new Set([finding.container, undefined].flatMap((container) => own.get(container) ?? [])),
        ];
        for (const grant of grants) {
            usage?.onUsed(grant);
        }
        const grant = grants.find((candidate) => !hasExpired(candidate, today));
        if (grant !== undefined) {
            const entry = used.get(grant.label) ?? { grant, findings: [] };
            entry.findings.push(finding);
            used.set(grant.label, entry);
        } else if (declared.unknown !== undefined) {
            // An exception may be among the annotations that nobody knows yet.
            kept.push(declared.unknown);
        } else {
            kept.push(finding);
            if (grants[0] !== undefined) {
                expired.set(finding, grants[0]);
            }
        }
    }
    const exceptions = [...used.values()].flatMap(({ grant, findings }) =>
        exceptionOutcome(rule, object, grant, findings),
    );
    return [...report(rule, object, kept, expired), ...exceptions];
}

/** An exception by annotation, told from all others. */
function labelled(grant: Omit<Grant, "label">, object: Identity): Grant {
    return { ...grant, label: `${object.display}: ${grant.origin}` };
}

/** One outcome for each violation, however many judgements came upon it, and one for all that is undetermined. */
function report(
    rule: string,
    object: Identity,
    findings: readonly Finding[],
    expired?: ReadonlyMap<Finding, Grant>,
): RuleOutcome[] {
    const said = new Set<string>();
    const violations = findings
        .filter((finding) => finding.type === "violation")
        .map((finding) => violationOutcome(rule, object, finding, expired?.get(finding)))
        .filter(({ message, advisory }) => said.size < said.add(`${advisory} ${message}`).size);
    const undetermined = undeterminedOutcome(
        rule,
        object,
        findings.filter((finding) => finding.type === "undetermined"),
    );
    return undetermined === undefined ? violations : [...violations, undetermined];
}

/** Runs a check to its end. A fault in the rule itself is a violation: it must neither pass nor abort the update. */
function safely(subject: Subject, { check }: Judge, { rule }: EvaluationContext): readonly Finding[] {
    try {
        return judge(() => check(subject));
    } catch (error) {
        const { found, cause } = error instanceof RuleError ? error : new RuleError([], error);
        return [...found, ruleFault(rule, subject, cause)];
    }
}

/** What is said about an object that a rule has failed at. */
export function ruleFault(rule: string, subject: Subject, error: unknown): Finding {
    // Not the error's message, which may quote a secret value.
    const name = error instanceof Error ? error.name : typeof error;
    const problem = `cannot be judged, because rule ${rule} failed with ${name}`;
    const place = subject.workloads[0]?.pod ?? subject.object;
    return violation(place, problem, "Report it as a bug of the rule.");
}
