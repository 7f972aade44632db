import { join } from "node:path";
import { compareCosts } from "../cost/compare";
import type { StackCost } from "../cost/cost";
import { compareVersions, planned } from "../engine/changes";
import { preview, reportOf } from "../engine/preview";
import type { ImageChange, PreviewReport } from "../engine/report";
import { StackFile } from "../engine/stackFile";
import { messageOf } from "../errors";
import { compareImages } from "../images/compare";
import { BEFORE } from "../policy/cost/settings";
import { localPaths } from "../process/paths";
import type { Progress } from "../terminal/progress";
import { costSettings, versionCost } from "./costs";
import { versionImages } from "./images";
import { makeScratch } from "./scratch";
import { baseVersion, EMPTY, type Version } from "./version";

/**
 * Objects that this checkout would send to a cluster, evaluated by the policies and compared with another commit. Both
 * are previewed as an empty stack, without state, cluster or credentials.
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
        const costOf = (version: Version) =>
            ifPossible("No estimate of the cost", progress, () => versionCost(stack, version, checkout));
        const { at, increasePercent } = costSettings(config).budget;
        // Only a budget for an increase needs the other version before the policies evaluate this one.
        const early = increasePercent === undefined ? undefined : await priced(await compared(), costOf);
        const before = early?.cost === undefined ? {} : { [BEFORE]: String(early.cost.scenarios[at].monthly) };
        const engine = await scratch.engine(checkout);
        const evaluated = { ...engine, env: { ...engine.env, ...before }, policies: join(checkout, "policy") };
        const head = await progress.step(`Preview of ${stack}`, () => preview(evaluated));
        const failed = head.errors.length > 0;
        const { version: from, cost: fromCost } = failed
            ? { version: EMPTY, cost: undefined }
            : (early ?? (await priced(await compared(), costOf)));
        const resources = planned(head.steps);
        // A preview that stops early has only some of the resources: the others would look deleted.
        const changes = failed ? [] : compareVersions(from.resources, resources);
        const toCost = fromCost && (await costOf({ name: stack, resources, config }));
        const cost = fromCost && toCost && compareCosts(fromCost, toCost, { before: from.config ?? {}, after: config });
        const images = from.config && (await changedImages(stack, from, { name: stack, resources, config }, progress));
        return {
            ...reportOf(stack, from.name, { ...head, changes }),
            ...(cost === undefined ? {} : { cost }),
            ...(images === undefined || images.length === 0 ? {} : { images }),
        };
    } finally {
        await scratch.remove();
    }
}

/** A version with its cost; without one for an empty stack, or where the cost cannot be estimated. */
async function priced(
    version: Version,
    costOf: (version: Version) => Promise<StackCost | undefined>,
): Promise<{ readonly version: Version; readonly cost: StackCost | undefined }> {
    return { version, cost: version.config === undefined ? undefined : await costOf(version) };
}

/** Images that differ between two versions. */
function changedImages(
    stack: string,
    before: Version,
    after: Version,
    progress: Progress,
): Promise<ImageChange[] | undefined> {
    return ifPossible("No comparison of the images", progress, async () =>
        compareImages(await versionImages(stack, before), await versionImages(stack, after)),
    );
}

/** A preview does not fail for want of what is shown beside it: it says why that is missing. */
async function ifPossible<T>(without: string, progress: Progress, work: () => Promise<T>): Promise<T | undefined> {
    try {
        return await work();
    } catch (error) {
        progress.note(`${without}: ${messageOf(error)}`);
        return undefined;
    }
}
