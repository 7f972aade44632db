import { join } from "node:path";
import { localPaths } from "../process/paths";
import type { Progress } from "../terminal/progress";
import { withCommit } from "./base";
import { compareVersions, type Planned, planned } from "../engine/changes";
import { preview, reportOf } from "../engine/preview";
import type { PreviewReport } from "../engine/report";
import { makeScratch, type Scratch } from "./scratch";

/** Version with which a preview without a cluster is compared. */
interface Base {
    readonly name: string;
    readonly resources: readonly Planned[];
}

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
        const engine = { ...(await scratch.engine(checkout)), policies: join(checkout, "policy") };
        const head = await progress.step(`Preview of ${stack}`, () => preview(engine));
        const failed = head.errors.length > 0;
        const from = failed ? NOTHING : await previewBase(scratch, base, progress, checkout);
        // A preview that stops early has only some of the resources: the others would look deleted.
        const changes = failed ? [] : compareVersions(from.resources, planned(head.steps));
        return reportOf(stack, from.name, { ...head, changes });
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
