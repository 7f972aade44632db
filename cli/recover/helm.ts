import { type HelmRevision, isPending } from "../../kube/helmReleases";
import type { CutWindow } from "./proof";

/** Decision about a release whose update was interrupted. */
export type ReleaseVerdict =
    | { readonly verdict: "none" }
    /** It was installed completely: it is added to the state. */
    | { readonly verdict: "adopt" }
    /**
     * The interruption left a pending revision, with which helm refuses every further operation. Without its record,
     * helm continues from the previous revision; objects that were already created have the release's annotations, and
     * helm adopts them.
     */
    | { readonly verdict: "unlock"; readonly record: HelmRevision }
    | { readonly verdict: "refuse"; readonly reason: string };

/** How far clocks may differ (ms), as for other objects. */
const CLOCKS_MS = 5_000;

/**
 * Decides about a release. The proof is the same as for other objects, with helm's record instead of field managers:
 * the first revision was created while the interrupted update can have run.
 * @param inState Whether the stack has the release already; then the release is its own, and only the pending record
 * counts.
 */
export function judgeRelease(
    records: readonly HelmRevision[],
    inState: boolean,
    { lastSuccess }: Pick<CutWindow, "lastSuccess">,
): ReleaseVerdict {
    const [newest] = records;
    const first = records.at(-1);
    if (newest === undefined || first === undefined) {
        return { verdict: "none" };
    }
    const tooOld = (date: Date) => lastSuccess !== undefined && date.getTime() < lastSuccess.getTime() - CLOCKS_MS;
    if (!inState && (first.revision !== 1 || tooOld(first.createdAt))) {
        const at = first.createdAt.toISOString();
        return {
            verdict: "refuse",
            reason: `its revision ${first.revision} is of ${at}, not of the interrupted update`,
        };
    }
    if (!isPending(newest)) {
        return inState ? { verdict: "none" } : { verdict: "adopt" };
    }
    return tooOld(newest.createdAt)
        ? {
              verdict: "refuse",
              reason: `revision ${newest.revision} was ${newest.status} before the interrupted update`,
          }
        : { verdict: "unlock", record: newest };
}
