import type { CostChange } from "../engine/report";
import { compareCosts } from "../cost/compare";
import { costOf, type StackCost } from "../cost/cost";
import { readPrices, termsOf } from "../cost/prices";
import { demandOf, type StackDemand } from "../cost/stack";
import { lacksChart } from "./charts";
import { localPaths } from "../process/paths";
import { type CostSettings, schemas } from "../settings/schema";
import type { Progress } from "../terminal/progress";
import { type Version, withVersions } from "./version";

/** What a stack costs, and what it cost in another version. */
export interface Costs {
    /** This checkout's version. */
    readonly after: StackCost;
    /** The other one; `undefined` where none is compared with. */
    readonly before?: StackCost;
    /** Name of the other one for people. */
    readonly against?: string;
    /** What differs; `undefined` where nothing does. */
    readonly change?: CostChange;
}

/** Configuration of a stack file by its top-level keys. */
type Config = Readonly<Record<string, unknown>>;

/** Today as `YYYY-MM-DD` in UTC, at which the age of the prices is measured. */
export function today(): string {
    return new Date().toISOString().slice(0, 10);
}

/** The cost section of a stack file with its defaults. The program itself names every invalid setting; here the defaults do. */
export function costSettings(config: Config): CostSettings {
    const { success, data } = schemas.cost.safeParse(config.cost ?? {});
    return success ? data : schemas.cost.parse({});
}

/** What one version costs, at the prices of a checkout. @throws CannotRun as {@link demandOf} and the prices do. */
export async function versionCost(
    stack: string,
    { resources, config = {} }: Pick<Version, "resources" | "config">,
    checkout: string,
): Promise<StackCost> {
    const terms = termsOf(stack, costSettings(config), readPrices(checkout));
    const cost = costOf(stack, await demandOf(resources, stack), terms, today());
    const missing = lacksChart(resources, config)
        ? ["The chart of monitoring is not available here, so its pods and volumes are not counted."]
        : [];
    return { ...cost, notes: [...missing, ...cost.notes] };
}

/** What this checkout's version of a stack asks for, without an estimate. @throws CannotRun as {@link stackCosts} does. */
export async function stackDemand(
    stack: string,
    progress: Progress,
    checkout: string = localPaths().checkout,
): Promise<StackDemand> {
    return withVersions(stack, undefined, progress, checkout, ({ resources }) => demandOf(resources, stack));
}

/**
 * What this checkout's version of a stack costs, and what a commit changes. Needs no cluster, state or secret.
 * @throws CannotRun with the program's own message when a version has no preview.
 */
export async function stackCosts(
    stack: string,
    base: string | undefined,
    progress: Progress,
    checkout: string = localPaths().checkout,
): Promise<Costs> {
    return withVersions(stack, base, progress, checkout, async (head, before) => {
        const after = await versionCost(stack, head, checkout);
        if (before === undefined) {
            return { after };
        }
        const old = await versionCost(stack, before, checkout);
        const change = compareCosts(old, after, { before: before.config, after: head.config });
        return { after, before: old, against: before.name, change };
    });
}
