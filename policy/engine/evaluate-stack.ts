import { stackOf } from "../kubernetes/stack";
import { subjectsOf, type Source, type Subject } from "../kubernetes/subject";
import { outcomesOf, todayInUtc, type Settings } from "./evaluate";
import type { Finding } from "./finding";
import type { Outcome } from "./outcome";
import type { StackRule } from "./stack-rule";

/** How to evaluate a stack. */
export interface StackSettings extends Omit<Settings, "rules"> {
    /** Rules to apply. */
    readonly rules: readonly StackRule[];
}

/** Evaluates all objects of a stack at once. */
export type EvaluateStack = (sources: readonly Source[]) => Outcome[];

/**
 * Prepares rules for evaluating stacks. Knows nothing of Pulumi: plain manifests will do.
 * @throws {OptionError} when a rule's configuration can't be used.
 */
export function stackEvaluator({ rules, config = {}, exceptions = [], today, onUse }: StackSettings): EvaluateStack {
    const judges = rules.map((rule) => ({ id: rule.id, judge: rule.configure(config[rule.id] ?? {}) }));
    return (sources) => {
        const context = { exceptions, today: today ?? todayInUtc(), onUse };
        // What can't be read as an object is reported by the rules over single objects.
        const stack = stackOf(sources.flatMap((source) => subjectsOf(source).subjects));
        return judges.flatMap(({ id, judge: { allowAnnotations, check } }) => {
            const bySubject = new Map<Subject, Finding[]>();
            for (const { subject, finding } of check(stack)) {
                const findings = bySubject.get(subject) ?? [];
                findings.push(finding);
                bySubject.set(subject, findings);
            }
            return [...bySubject].flatMap(([subject, findings]) =>
                outcomesOf(id, subject, findings, allowAnnotations, context).map((outcome) => ({
                    ...outcome,
                    source: subject.source,
                })),
            );
        });
    };
}
