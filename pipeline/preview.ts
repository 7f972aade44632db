import { join } from "node:path";
import { localPaths } from "../process/paths";
import type { Progress } from "../terminal/progress";
import { withCommit } from "./base";
import { compareVersions, type Planned, planned } from "../engine/changes";
import { preview } from "../engine/preview";
import type { Report } from "../engine/report";
import { makeScratch, type Scratch } from "./scratch";

/** What a preview without a cluster compares with. */
interface Base {
    readonly name: string;
    readonly resources: readonly Planned[];
}

/**
 * What this checkout would send to a cluster, judged by the policies and compared with another commit. Both are previewed
 * as an empty stack, so neither state nor cluster nor credentials are needed.
 * @param base Commit to compare with; none: everything is new.
 */
export async function previewReport(
    stack: string,
    base: string | undefined,
    progress: Progress,
    checkout: string = localPaths().checkout,
): Promise<Report> {
    const scratch = await makeScratch(stack, progress, localPaths(checkout));
    try {
        const engine = { ...(await scratch.engine(checkout)), policies: join(checkout, "policy") };
        const head = await progress.step(`Preview of ${stack}`, () => preview(engine));
        const resources = planned(head.steps);
        const { findings, exceptions, errors } = head;
        const from = errors.length > 0 ? NOTHING : await previewBase(scratch, base, progress, checkout);
        // A preview that stops early knows only some of the resources: the others would look deleted.
        const changes = errors.length > 0 ? [] : compareVersions(from.resources, resources);
        return { stack, against: from.name, resources: resources.length, changes, findings, exceptions, errors };
    } finally {
        await scratch.remove();
    }
}

const NOTHING: Base = { name: "an empty stack", resources: [] };

async function previewBase(
    scratch: Scratch,
    ref: string | undefined,
    progress: Progress,
    checkout: string,
): Promise<Base> {
    if (ref === undefined) {
        return NOTHING;
    }
    return progress.step(`Preview of ${ref}`, () =>
        withCommit(checkout, ref, join(scratch.paths.root, "base"), async (folder, commit) => {
            const { steps, errors } = await preview(await scratch.engine(folder));
            const name = `commit ${commit.slice(0, 9)}`;
            if (errors.length === 0) {
                return { name, resources: planned(steps) };
            }
            progress.note(`${ref} itself has no preview, so everything counts as new: ${errors.join("\n")}`);
            return { name: `an empty stack, since ${name} itself fails`, resources: [] };
        }),
    );
}
