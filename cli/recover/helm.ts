import { type HelmRevision, isPending } from "../../kube/helmReleases";
import type { Period } from "./attempts";
import { isWithin, seconds } from "./proof";

/** Decision about a release. */
export type ReleaseVerdict =
    | { readonly verdict: "none" }
    /** It was installed, completely or with a failure that Helm recorded: it is added to the state. */
    | { readonly verdict: "adopt" }
    /** An operation holds the newest revision and has ended without saying so; Helm refuses every further upgrade. */
    | { readonly verdict: "rollback"; readonly held: HelmRevision; readonly to: number }
    /** As above, where no earlier revision is left to go back to, or where Helm was removing the release. */
    | { readonly verdict: "uninstall"; readonly held: HelmRevision }
    | { readonly verdict: "refuse"; readonly reason: string };

/** Evidence about a release, besides its records. */
export interface ReleaseEvidence {
    /** Whether the stack has the release already; then it is its own, and only the newest record counts. */
    readonly inState: boolean;
    /** Whether the user confirmed that it is the stack's own. */
    readonly vouched: boolean;
    /** End of the stack's last successful update. */
    readonly lastSuccess: Date | undefined;
    /** When updates of the stack failed; `undefined` where a pending operation shows that one was killed. */
    readonly attempts: readonly Period[] | undefined;
}

/** How far clocks may differ (ms), as for other objects. */
const CLOCKS_MS = 5_000;

/** Statuses of a revision that Helm can go back to, the better ones first. */
const RETURNS: readonly string[] = ["deployed", "superseded", "failed"];

/**
 * Decides about a release. The proof is the same as for other objects, with Helm's record instead of field managers: the
 * first revision was created while the update can have run which left it.
 * @param records Its revisions, newest first.
 */
export function judgeRelease(records: readonly HelmRevision[], evidence: ReleaseEvidence): ReleaseVerdict {
    const [newest, ...earlier] = records;
    if (newest === undefined) {
        return { verdict: "none" };
    }
    const { inState, vouched, lastSuccess } = evidence;
    const reason = inState || vouched ? undefined : strangerBy(records, evidence);
    if (reason !== undefined) {
        return { verdict: "refuse", reason };
    }
    if (newest.status === "uninstalling") {
        return { verdict: "uninstall", held: newest };
    }
    if (!isPending(newest)) {
        return inState ? { verdict: "none" } : { verdict: "adopt" };
    }
    if (!vouched && isBefore(newest, lastSuccess)) {
        const held = `revision ${newest.revision} was ${newest.status}`;
        return { verdict: "refuse", reason: `${held} before the update that left the rest` };
    }
    const to = RETURNS.flatMap((status) => earlier.filter((each) => each.status === status)).at(0);
    return to === undefined
        ? { verdict: "uninstall", held: newest }
        : { verdict: "rollback", held: newest, to: to.revision };
}

/** Why a release that the state does not have is not proven to be the stack's own. */
function strangerBy(records: readonly HelmRevision[], { lastSuccess, attempts }: ReleaseEvidence): string | undefined {
    const first = records.at(-1);
    if (first === undefined) {
        return undefined;
    }
    const about = `its revision ${first.revision} is of ${seconds(first.createdAt)}`;
    if (first.revision !== 1 || isBefore(first, lastSuccess)) {
        return `${about}, not of the update that was interrupted or failed`;
    }
    return attempts === undefined || attempts.some((period) => isWithin(first.createdAt, period))
        ? undefined
        : `${about}, when no update of this stack ran that failed`;
}

function isBefore({ createdAt }: HelmRevision, date: Date | undefined): boolean {
    return date !== undefined && createdAt.getTime() < date.getTime() - CLOCKS_MS;
}
