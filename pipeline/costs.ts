import type { CostChange } from "../engine/report";
import { compareCosts } from "../cost/compare";
import { costOf, type StackCost } from "../cost/cost";
import { readPrices, termsOf } from "../cost/prices";
import { demandOf, type StackDemand } from "../cost/stack";
import { type Planned, planned } from "../engine/changes";
import { type Engine, preview } from "../engine/preview";
import { StackFile } from "../engine/stackFile";
import { CannotRun } from "../errors";
import { releases } from "./charts";
import { localPaths } from "../process/paths";
import { type CostSettings, schemas } from "../settings/schema";
import { monitoringSchema } from "../settings/monitoring/schema";
import type { Progress } from "../terminal/progress";
import { makeScratch } from "./scratch";
import { baseVersion, type Version } from "./version";

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
    return { ...cost, notes: [...missingChart(resources, config), ...cost.notes] };
}

/** A chart that the preview left out, since it could not be reached: its pods are the larger part of a stack. */
function missingChart(resources: readonly Planned[], config: Config): string[] {
    const { success, data } = monitoringSchema.safeParse(config.monitoring ?? {});
    return success && data.enabled && data.chart.type !== "existing" && releases(resources).length === 0
        ? ["The chart of monitoring is not available here, so its pods and volumes are not counted."]
        : [];
}

/** What this checkout's version of a stack asks for, without an estimate. @throws CannotRun as {@link stackCosts} does. */
export async function stackDemand(
    stack: string,
    progress: Progress,
    checkout: string = localPaths().checkout,
): Promise<StackDemand> {
    const scratch = await makeScratch(stack, progress, localPaths(checkout));
    try {
        return await demandOf(await headResources(stack, await scratch.engine(checkout), progress), stack);
    } finally {
        await scratch.remove();
    }
}

async function headResources(stack: string, engine: Engine, progress: Progress): Promise<Planned[]> {
    const { steps, errors } = await progress.step(`Preview of ${stack}`, () => preview(engine));
    if (errors.length > 0) {
        throw new CannotRun(errors.join("\n"), `npx x0 doctor --stack ${stack}`);
    }
    return planned(steps);
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
    const scratch = await makeScratch(stack, progress, localPaths(checkout));
    try {
        const resources = await headResources(stack, await scratch.engine(checkout), progress);
        const head = { resources, config: StackFile.open(checkout, stack).config };
        const after = await versionCost(stack, head, checkout);
        if (base === undefined) {
            return { after };
        }
        const version = await baseVersion(scratch, stack, base, progress, checkout);
        if (version.config === undefined) {
            throw new CannotRun(`${base} itself has no preview, so there is nothing to compare with`, "--base REF");
        }
        const before = await versionCost(stack, version, checkout);
        const change = compareCosts(before, after, { before: version.config, after: head.config });
        return { after, before, against: version.name, change };
    } finally {
        await scratch.remove();
    }
}
