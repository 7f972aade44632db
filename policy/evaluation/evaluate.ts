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

/** Settings of an evaluation. */
export interface PackSettings {
    /** Rules to evaluate. */
    readonly rules: readonly Rule[];
    /** Options by rule. Default: every rule's own defaults. */
    readonly config?: Readonly<Record<string, RuleConfig>>;
    /** Exceptions in addition to those in the configuration and in annotations. Default: none. */
    readonly exceptions?: readonly Exception[];
    /** Date of the evaluation as `YYYY-MM-DD` in UTC, for expiry. Default: today. */
    readonly today?: string;
    /** Records which exceptions are used. Default: not recorded. */
    readonly usage?: Usage;
}

/** Evaluates one object: an object from the engine, or a manifest. */
export type Evaluate = (source: Source) => RuleOutcome[];

/**
 * Prepares rules for evaluating many objects. Independent of Pulumi: also evaluates plain manifests.
 * @throws {OptionError} when a rule's configuration is invalid.
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

/** Context in which the findings of a rule are turned into outcomes. */
export interface EvaluationContext {
    /** The rule. */
    readonly rule: string;
    /** Its exceptions, in code and in its configuration. */
    readonly exceptions: readonly Listed[];
    /** Whether exceptions by annotation are accepted. */
    readonly allowAnnotations: boolean;
    /** Today as `YYYY-MM-DD`. */
    readonly today: () => string;
    /** Records which exceptions are used. */
    readonly usage?: Usage;
}

/** Context for the findings of a configured rule. */
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

/** Outcomes of a rule's findings about an object, after exceptions. */
export function outcomesOf(subject: Subject, findings: readonly Finding[], context: EvaluationContext): RuleOutcome[] {
    const { rule, usage } = context;
    const declared = declaredExceptions(subject, rule, context.allowAnnotations);
    if (findings.length === 0 && declared.grants.size + declared.faults.length + context.exceptions.length === 0) {
        return [];
    }
    const object = identify(subject.kind, subject.object, subject.fallbackName, subject.origin);
    const named = context.exceptions.filter((exception) => namesObject(exception, object, subject.stack));
    const own = new Map([...declared.grants].map(([container, grant]) => [container, labelled(grant, object)]));
    // A patch need not contain the fields that its exceptions cover.
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
            // The annotations that are not known yet may contain an exception.
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

/** Unique label of an exception by annotation. */
function labelled(grant: Omit<Grant, "label">, object: Identity): Grant {
    return { ...grant, label: `${object.display}: ${grant.origin}` };
}

/** One outcome for each distinct violation, and one for everything undetermined. */
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

/** Runs a check. An error in the rule itself is a violation: it must neither pass nor abort the update. */
function safely(subject: Subject, { check }: Judge, { rule }: EvaluationContext): readonly Finding[] {
    try {
        return judge(() => check(subject));
    } catch (error) {
        const { found, cause } = error instanceof RuleError ? error : new RuleError([], error);
        return [...found, ruleFault(rule, subject, cause)];
    }
}

/** Violation for an object on which a rule failed. */
export function ruleFault(rule: string, subject: Subject, error: unknown): Finding {
    // Leaves out the error's message, which may quote a secret value.
    const name = error instanceof Error ? error.name : typeof error;
    const problem = `cannot be evaluated, because rule ${rule} failed with ${name}`;
    const place = subject.workloads[0]?.pod ?? subject.object;
    return violation(place, problem, "Report it as a bug in the rule.");
}
