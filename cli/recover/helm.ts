import { type HelmRevision, isPending } from "../../kube/helmReleases";
import type { CutWindow } from "./proof";

/** What to do about a release that an update was cut in. */
export type ReleaseVerdict =
    | { readonly verdict: "none" }
    /** It was installed to its end: the state takes it in. */
    | { readonly verdict: "adopt" }
    /**
     * The cut left a revision pending, and helm refuses every further operation while it is there. Without its record helm
     * goes on from the revision before; what was made already carries the release's name, and helm takes it over.
     */
    | { readonly verdict: "unlock"; readonly record: HelmRevision }
    | { readonly verdict: "refuse"; readonly reason: string };

/** How far clocks may differ (ms), as for other objects. */
const CLOCKS_MS = 5_000;

/**
 * Judges a release. The proof is the same as for other objects, with helm's own record in the place of field managers: the
 * first revision was made while the cut update can have run.
 * @param inState Whether the stack has the release already; then the release is its own, and only the pending record counts.
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
        return { verdict: "refuse", reason: `its revision ${first.revision} is of ${at}, not of the cut update` };
    }
    if (!isPending(newest)) {
        return inState ? { verdict: "none" } : { verdict: "adopt" };
    }
    return tooOld(newest.createdAt)
        ? { verdict: "refuse", reason: `revision ${newest.revision} was ${newest.status} before the cut update` }
        : { verdict: "unlock", record: newest };
}
