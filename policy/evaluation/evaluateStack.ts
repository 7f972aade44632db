import { stackOf, type Stack } from "../kubernetes/stack";
import { subjectsOf, type Source, type Subject } from "../kubernetes/subject";
import { contextOf, outcomesOf, ruleFault, type EvaluationContext, type PackSettings } from "./evaluate";
import { RuleError, type Finding } from "../engine/finding";
import type { RuleOutcome } from "../engine/outcome";
import type { StackFinding, StackJudge, StackRule } from "./stackRule";

/** Settings of a stack evaluation. */
export interface StackSettings extends Omit<PackSettings, "rules"> {
    /** Rules to evaluate. */
    readonly rules: readonly StackRule[];
}

/** Evaluates all objects of a stack together. */
export type EvaluateStack = (sources: readonly Source[]) => RuleOutcome[];

/**
 * Prepares rules for evaluating stacks. Independent of Pulumi: also evaluates plain manifests.
 * @throws {OptionError} when a rule's configuration is invalid.
 */
export function stackEvaluator(settings: StackSettings): EvaluateStack {
    const judges = settings.rules.map(({ id, configure }) => {
        const judge = configure(settings.config?.[id] ?? {});
        return { judge, context: contextOf(id, judge, settings) };
    });
    return (sources) => {
        const stack = stackOfSources(sources);
        return judges.flatMap(({ judge, context }) => {
            // Objects without a finding are included, since their exceptions cover nothing.
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

/** Runs a check. An error in the rule itself is a violation: it must neither pass nor abort the update. */
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

/** The stack of a list of sources, built once: every rule needs it. */
export function stackOfSources(sources: readonly Source[]): Stack {
    const before = stacks.get(sources);
    if (before !== undefined) {
        return before;
    }
    // Object rules report what cannot be read as an object.
    const stack = stackOf(sources.flatMap((source) => subjectsOf(source).subjects));
    stacks.set(sources, stack);
    return stack;
}

const stacks = new WeakMap<readonly Source[], Stack>();
