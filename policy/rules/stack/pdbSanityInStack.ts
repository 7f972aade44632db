import { judge, violation, type Finding } from "../../engine/finding";
import { infoOf } from "../../evaluation/rule";
import { defineStackRule, eachObject } from "../../evaluation/stackRule";
import { scalingByTarget, type Scaling } from "../../kubernetes/autoscaler";
import { kindName } from "../../kubernetes/kinds";
import { readable } from "../../kubernetes/readable";
import { selectsFirst } from "../../kubernetes/runTimeLabels";
import { readBudgetSelector } from "../../kubernetes/selector";
import { readShare, shareOf } from "../../kubernetes/share";
import {
    BUDGET,
    groupBy,
    nameOf,
    namespaceOf,
    SCALED_KINDS,
    type Stack,
    type StackWorkload,
} from "../../kubernetes/stack";
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
            yield* judge(() => checkShared(budget, guards));
            yield* checkShare(budget, guarded, scalings);
        });
    },
});

/** A budget of some pods of a workload. */
interface Guard {
    readonly budget: Subject;
    readonly workload: StackWorkload;
    /** Whether it is for all of them, or for the first only. */
    readonly pods: "all" | "first";
}

/** The budgets of workloads, each in their order; without those that cannot be read. */
interface Guards {
    readonly ofBudget: ReadonlyMap<Subject, readonly Guard[]>;
    readonly ofWorkload: ReadonlyMap<StackWorkload, readonly Guard[]>;
}

function guardsOf(stack: Stack): Guards {
    const guards = stack.ofKind(BUDGET).flatMap((budget): Guard[] => {
        const selector = readable(() => readBudgetSelector(budget));
        if (selector === undefined) {
            return [];
        }
        const all = new Set(stack.selectedBy(namespaceOf(budget), selector));
        const first = stack
            .selectable(namespaceOf(budget), selector)
            .filter((workload) => !all.has(workload) && selectsFirst(selector, workload.subject));
        return [
            ...[...all].map((workload): Guard => ({ budget, workload, pods: "all" })),
            ...first.map((workload): Guard => ({ budget, workload, pods: "first" })),
        ];
    });
    return {
        ofBudget: groupBy(guards, ({ budget }) => budget),
        ofWorkload: groupBy(guards, ({ workload }) => workload),
    };
}

/** Kubernetes refuses to evict a pod that two budgets select. */
function* checkShared(budget: Subject, { ofBudget, ofWorkload }: Guards): Generator<Finding> {
    for (const { workload, pods } of ofBudget.get(budget) ?? []) {
        const [before] = ofWorkload.get(workload) ?? [];
        // Reported once for each further budget.
        if (before !== undefined && before.budget !== budget) {
            const { kind } = workload.subject;
            const shared = before.pods === "all" && pods === "all" ? "the pods" : "a pod";
            yield violation(
                budget.object.at("spec", "selector"),
                `selects ${shared} of ${kind} ${nameOf(workload.subject) ?? ""}, as PodDisruptionBudget ` +
                    `${nameOf(before.budget) ?? ""} does, so that Kubernetes refuses every eviction`,
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
