import { join } from "node:path";
import { compareCosts } from "../cost/compare";
import { compareVersions, type Planned, planned } from "../engine/changes";
import { preview, reportOf } from "../engine/preview";
import type { CostChange, PreviewReport } from "../engine/report";
import { StackFile } from "../engine/stackFile";
import { messageOf } from "../errors";
import { BEFORE } from "../policy/cost/settings";
import { localPaths } from "../process/paths";
import type { Progress } from "../terminal/progress";
import { costSettings, versionCost } from "./costs";
import { makeScratch } from "./scratch";
import { baseVersion, EMPTY, type Version } from "./version";

/**
 * Objects that this checkout would send to a cluster, evaluated by the policies and compared with another commit. Both are previewed
 * as an empty stack, without state, cluster or credentials.
 * @param base Commit to compare with; none: everything is new.
 */
export async function previewReport(
    stack: string,
    base: string | undefined,
    progress: Progress,
    checkout: string = localPaths().checkout,
): Promise<PreviewReport> {
    const scratch = await makeScratch(stack, progress, localPaths(checkout));
    try {
        const { config } = StackFile.open(checkout, stack);
        const compared = () => baseVersion(scratch, stack, base, progress, checkout);
        // Only a budget for an increase needs the other version before the policies evaluate this one.
        const early = costSettings(config).budget.increasePercent === undefined ? undefined : await compared();
        const { env, ...engine } = { ...(await scratch.engine(checkout)), policies: join(checkout, "policy") };
        const judged = { ...engine, env: { ...env, ...(await costBefore(stack, early, progress, checkout)) } };
        const head = await progress.step(`Preview of ${stack}`, () => preview(judged));
        const failed = head.errors.length > 0;
        const from = failed ? EMPTY : (early ?? (await compared()));
        const resources = planned(head.steps);
        // A preview that stops early has only some of the resources: the others would look deleted.
        const changes = failed ? [] : compareVersions(from.resources, resources);
        const cost = failed ? undefined : await costChange(stack, from, { resources, config }, progress, checkout);
        return { ...reportOf(stack, from.name, { ...head, changes }), ...(cost === undefined ? {} : { cost }) };
    } finally {
        await scratch.remove();
    }
}

/** The variable from which the rule `cost-budget` has what the other version costs, at the bound that the budget holds at. */
async function costBefore(
    stack: string,
    version: Version | undefined,
    progress: Progress,
    checkout: string,
): Promise<Readonly<Record<string, string>>> {
    if (version?.config === undefined) {
        return {};
    }
    const cost = await estimated(progress, () => versionCost(stack, version, checkout));
    const { at } = costSettings(StackFile.open(checkout, stack).config).budget;
    return cost === undefined ? {} : { [BEFORE]: String(cost.scenarios[at].monthly) };
}

/** What a change does to the cost; `undefined` where it does nothing, or where it cannot be estimated. */
async function costChange(
    stack: string,
    before: Version,
    after: { readonly resources: readonly Planned[]; readonly config: Readonly<Record<string, unknown>> },
    progress: Progress,
    checkout: string,
): Promise<CostChange | undefined> {
    const { config } = before;
    return config === undefined
        ? undefined
        : estimated(progress, async () =>
              compareCosts(await versionCost(stack, before, checkout), await versionCost(stack, after, checkout), {
                  before: config,
                  after: after.config,
              }),
          );
}

/** A preview does not fail for want of an estimate: it says why there is none. */
async function estimated<T>(progress: Progress, work: () => Promise<T>): Promise<T | undefined> {
    try {
        return await work();
    } catch (error) {
        progress.note(`No estimate of the cost: ${messageOf(error)}`);
        return undefined;
    }
}
