import { declaredExceptions } from "../kubernetes/annotations";
import { subjectsOf, type Source, type Subject, type Subjects } from "../kubernetes/subject";
import { grantsInCode, hasExpired, type Exception, type Grant } from "./exception";
import { Field } from "./field";
import { judge, violation, type Finding } from "./finding";
import { identify, type Identity } from "./identity";
import type { RuleConfig } from "./options";
import { exceptionOutcome, undeterminedOutcome, violationOutcome, type Outcome } from "./outcome";
import type { Judge, Rule } from "./rule";

/** How to evaluate objects. */
export interface Settings {
    /** Rules to apply. */
    readonly rules: readonly Rule[];
    /** Options by rule. Default: every rule's own defaults. */
    readonly config?: Readonly<Record<string, RuleConfig>>;
    /** Exceptions beside those that objects declare by annotation. Default: none. */
    readonly exceptions?: readonly Exception[];
    /** Today as `YYYY-MM-DD` in UTC, which expiry is measured against. Default: the clock's. */
    readonly today?: string;
    /** Told of every exception in code that covers something, also when it has expired. Default: nobody is. */
    readonly onUse?: (exception: Exception) => void;
}

/** Evaluates one object: an object from the engine, or a manifest. */
export type Evaluate = (source: Source) => Outcome[];

/**
 * Prepares rules for evaluating many objects. Knows nothing of Pulumi: plain manifests will do.
 * @throws {OptionError} when a rule's configuration can't be used.
 */
export function evaluator({ rules, config = {}, exceptions = [], today, onUse }: Settings): Evaluate {
    const judges = rules.map((rule) => ({ id: rule.id, judge: rule.configure(config[rule.id] ?? {}) }));
    return (source) => {
        const context = { exceptions, today: today ?? todayInUtc(), onUse };
        const found = subjectsOf(source);
        return judges.flatMap(({ id, judge }) => evaluateRule(id, judge, source, found, context));
    };
}

/** Today as `YYYY-MM-DD` in UTC. */
export function todayInUtc(): string {
    return new Date().toISOString().slice(0, 10);
}

/** What exceptions are judged against. */
export interface Context {
    /** Exceptions in code. */
    readonly exceptions: readonly Exception[];
    /** Today as `YYYY-MM-DD`. */
    readonly today: string;
    /** Told of every exception in code that covers something. */
    readonly onUse?: (exception: Exception) => void;
}

function evaluateRule(
    rule: string,
    judge: Judge,
    source: Source,
    { subjects, unreadable }: Subjects,
    context: Context,
): Outcome[] {
    const outcomes = subjects.flatMap((subject) => evaluateSubject(rule, judge, subject, context));
    if (unreadable.length === 0) return outcomes;
    const whole = identify(source.kind, new Field(source.body, ""), source.fallbackName, source.origin);
    return [...outcomes, ...report(rule, whole, unreadable)];
}

function evaluateSubject(rule: string, judge: Judge, subject: Subject, context: Context): Outcome[] {
    return outcomesOf(rule, subject, safely(rule, subject, judge), judge.allowAnnotations, context);
}

/** What the findings of a rule about an object come to, exceptions considered. */
export function outcomesOf(
    rule: string,
    subject: Subject,
    findings: readonly Finding[],
    allowAnnotations: boolean,
    context: Context,
): Outcome[] {
    const declared = declaredExceptions(subject, rule, allowAnnotations);
    if (findings.length === 0 && declared.faults.length === 0) return [];
    const object = identify(subject.kind, subject.object, subject.fallbackName, subject.origin);
    const kept: Finding[] = [...declared.faults];
    const expired = new Map<Finding, Grant>();
    const used = new Map<string, { grant: Grant; findings: Finding[] }>();

    for (const finding of findings) {
        const grants = [
            ...grantsInCode(context.exceptions, rule, object, finding, subject.stack),
            ...[finding.container, undefined].flatMap((container) => declared.grants.get(container) ?? []),
        ];
        for (const { exception } of grants) if (exception !== undefined) context.onUse?.(exception);
        const grant = grants.find((candidate) => !hasExpired(candidate, context.today));
        if (grant !== undefined) {
            const entry = used.get(grant.origin + grant.reason) ?? { grant, findings: [] };
            entry.findings.push(finding);
            used.set(grant.origin + grant.reason, entry);
        } else if (declared.unknown !== undefined) {
            // An exception may be among the annotations that nobody knows yet.
            kept.push(declared.unknown);
        } else {
            kept.push(finding);
            if (grants[0] !== undefined) expired.set(finding, grants[0]);
        }
    }
    const exceptions = [...used.values()].flatMap(({ grant, findings }) =>
        exceptionOutcome(rule, object, grant, findings),
    );
    return [...report(rule, object, kept, expired), ...exceptions];
}

/** One outcome for each violation, and one for all that is undetermined. */
function report(
    rule: string,
    object: Identity,
    findings: readonly Finding[],
    expired?: ReadonlyMap<Finding, Grant>,
): Outcome[] {
    const violations = findings
        .filter((finding) => finding.type === "violation")
        .map((finding) => violationOutcome(rule, object, finding, expired?.get(finding)));
    const undetermined = undeterminedOutcome(
        rule,
        object,
        findings.filter((finding) => finding.type === "undetermined"),
    );
    return undetermined === undefined ? violations : [...violations, undetermined];
}

/** Runs a check to its end. A fault in the rule itself is a violation: it must neither pass nor abort the update. */
function safely(rule: string, subject: Subject, { check }: Judge): Finding[] {
    const findings: Finding[] = [];
    try {
        for (const finding of judge(() => check(subject))) findings.push(finding);
    } catch (error) {
        // Not the error's message, which may quote a secret value.
        const name = error instanceof Error ? error.name : typeof error;
        const problem = `can't be judged, because rule ${rule} failed with ${name}`;
        const place = subject.workloads[0]?.pod ?? subject.object;
        findings.push(violation(place, problem, "Report it as a bug of the rule."));
    }
    return findings;
}
