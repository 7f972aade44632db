import { judge, violation, type Finding } from "../../engine/finding";
import { infoOf } from "../../evaluation/rule";
import { defineStackRule, eachObject } from "../../evaluation/stackRule";
import { scalingByTarget, type Scaling } from "../../kubernetes/autoscaler";
import { kindName } from "../../kubernetes/kinds";
import { readable } from "../../kubernetes/readable";
import { readBudgetSelector } from "../../kubernetes/selector";
import { readShare, shareOf } from "../../kubernetes/share";
import { BUDGET, nameOf, namespaceOf, SCALED_KINDS, type Stack, type StackWorkload } from "../../kubernetes/stack";
import type { Subject } from "../../kubernetes/subject";
import { pdbSanity } from "../reliability/pdbSanity";

/** A budget that requires all existing pods blocks every eviction. */
export const pdbSanityInStack = defineStackRule({
    ...infoOf(pdbSanity),
    options: {},
    check(stack) {
        const scalings = scalingByTarget(stack);
        const guards = guardsOf(stack);
        return eachObject(stack.ofKind(BUDGET), function* (budget) {
            const selector = readBudgetSelector(budget);
            const guarded = selector === undefined ? [] : stack.selectedBy(namespaceOf(budget), selector);
            yield* judge(() => checkShared(budget, guarded, guards));
            yield* checkShare(budget, guarded, scalings);
        });
    },
});

/** The budgets of each workload, in order, without those that cannot be read. */
function guardsOf(stack: Stack): ReadonlyMap<StackWorkload, readonly Subject[]> {
    const guards = new Map<StackWorkload, Subject[]>();
    for (const budget of stack.ofKind(BUDGET)) {
        const selector = readable(() => readBudgetSelector(budget));
        for (const workload of selector === undefined ? [] : stack.selectedBy(namespaceOf(budget), selector)) {
            guards.set(workload, [...(guards.get(workload) ?? []), budget]);
        }
    }
    return guards;
}

/** Kubernetes refuses to evict a pod selected by two budgets. */
function* checkShared(
    budget: Subject,
    guarded: readonly StackWorkload[],
    guards: ReadonlyMap<StackWorkload, readonly Subject[]>,
): Generator<Finding> {
    for (const workload of guarded) {
        const [first] = guards.get(workload) ?? [];
        // Reported once for each further budget.
        if (first !== undefined && first !== budget) {
            const { subject } = workload;
            yield violation(
                budget.object.at("spec", "selector"),
                `selects the pods of ${subject.kind} ${nameOf(subject) ?? ""}, as PodDisruptionBudget ` +
                    `${nameOf(first) ?? ""} does, so that Kubernetes refuses every eviction`,
                "Keep one of the two budgets for these pods.",
            );
            return;
        }
    }
}

/** A share that equals all pods. */
function* checkShare(
    { object }: Subject,
    guarded: readonly StackWorkload[],
    scalings: ReadonlyMap<Subject | undefined, Scaling>,
): Generator<Finding> {
    const least = object.at("spec", "minAvailable");
    const kept = readShare(least);
    // The object half reports 100 %.
    if (kept === undefined || (kept.percent && kept.number >= 100)) {
        return;
    }
    const subjects = [...new Set(guarded.map(({ subject }) => subject))];
    // The number of pods of other kinds is not known.
    if (subjects.length === 0 || !subjects.every((subject) => SCALED_KINDS.includes(kindName(subject)))) {
        return;
    }
    const pods = subjects.reduce((sum, subject) => sum + fewest(subject, scalings.get(subject)), 0);
    if (pods === 0 || shareOf(kept, pods) < pods) {
        return;
    }
    yield violation(
        least,
        `is ${kept.number}${kept.percent ? "%" : ""}, which requires all ${pods} selected pods and so blocks every eviction`,
        "Set it lower, or set maxUnavailable: 1 instead.",
    );
}

/** The minimum number of pods of an object, set by its autoscaler or by itself. */
function fewest({ object }: Subject, scaling: Scaling | undefined): number {
    return scaling === undefined ? (object.at("spec", "replicas").number() ?? 1) : scaling.least();
}
