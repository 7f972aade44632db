import { stackOf, type Stack } from "../kubernetes/stack";
import { subjectsOf, type Source, type Subject } from "../kubernetes/subject";
import { contextOf, outcomesOf, ruleFault, type EvaluationContext, type PackSettings } from "./evaluate";
import { RuleError, type Finding } from "../engine/finding";
import type { RuleOutcome } from "../engine/outcome";
import type { StackFinding, StackJudge, StackRule } from "./stackRule";

/** How to evaluate a stack. */
export interface StackSettings extends Omit<PackSettings, "rules"> {
    /** Rules to apply. */
    readonly rules: readonly StackRule[];
}

/** Evaluates all objects of a stack at once. */
export type EvaluateStack = (sources: readonly Source[]) => RuleOutcome[];

/**
 * Prepares rules for evaluating stacks. Knows nothing of Pulumi: plain manifests will do.
 * @throws {OptionError} when a rule's configuration cannot be used.
 */
export function stackEvaluator(settings: StackSettings): EvaluateStack {
    const judges = settings.rules.map(({ id, configure }) => {
        const judge = configure(settings.config?.[id] ?? {});
        return { judge, context: contextOf(id, judge, settings) };
    });
    return (sources) => {
        const stack = stackOfSources(sources);
        return judges.flatMap(({ judge, context }) => {
            // Also objects without a finding: their exceptions cover nothing.
            const bySubject = new Map(stack.subjects.map((subject): [Subject, Finding[]] => [subject, []]));
            for (const { subject, finding } of safely(stack, judge, context)) {
                bySubject.get(subject)?.push(finding);
            }
            return [...bySubject].flatMap(([subject, findings]) =>
                outcomesOf(subject, findings, context).map((outcome) => ({ ...outcome, source: subject.source })),
            );
        });
    };
}

/** Runs a check to its end. A fault in the rule itself is a violation: it must neither pass nor abort the update. */
function safely(stack: Stack, { check }: StackJudge, { rule }: EvaluationContext): StackFinding[] {
    const findings: StackFinding[] = [];
    try {
        for (const finding of check(stack)) {
            findings.push(finding);
        }
    } catch (error) {
        const [subject] = stack.subjects;
        if (subject !== undefined) {
            const cause: unknown = error instanceof RuleError ? error.cause : error;
            findings.push({ subject, finding: ruleFault(rule, subject, cause) });
        }
    }
    return findings;
}

/** The stack of a list of sources; every rule asks for that of the same list. */
export function stackOfSources(sources: readonly Source[]): Stack {
    const before = stacks.get(sources);
    if (before !== undefined) {
        return before;
    }
    // What cannot be read as an object is reported by the rules over single objects.
    const stack = stackOf(sources.flatMap((source) => subjectsOf(source).subjects));
    stacks.set(sources, stack);
    return stack;
}

const stacks = new WeakMap<readonly Source[], Stack>();
