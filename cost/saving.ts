import { plus } from "../policy/cost/amounts";
import type { CostTerms } from "../policy/cost/estimate";
import { costOf, type StackCost } from "./cost";
import type { Recommendation } from "./recommend";
import type { StackDemand } from "./stack";

/** What a stack costs now, and with what is recommended. */
export interface Saving {
    readonly before: StackCost;
    readonly after: StackCost;
}

/** What the recommendations change in a month. Pods whose containers are no setting stay as they are. */
export function savingOf(
    stack: string,
    demand: StackDemand,
    recommendations: readonly Recommendation[],
    terms: CostTerms,
    today: string,
): Saving {
    const groups = demand.groups.map((group) =>
        recommendations
            .filter(({ container }) => container.object === group.object)
            .reduce((sum, { change }) => ({ ...sum, requests: plus(sum.requests, change) }), group),
    );
    return {
        before: costOf(stack, demand, terms, today),
        after: costOf(stack, { ...demand, groups }, terms, today),
    };
}
