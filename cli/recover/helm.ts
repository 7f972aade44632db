import { z } from "zod";
import type { Read } from "../../kube/read";
import type { Window } from "./proof";

const recordsSchema = z.object({
    items: z.array(
        z.object({
            metadata: z.object({
                name: z.string(),
                creationTimestamp: z.string().transform((text) => new Date(text)),
                labels: z.object({ status: z.string(), version: z.string().transform(Number) }),
            }),
        }),
    ),
});

/** Helm's record of one revision of a release: a Secret in the release's namespace. */
export interface ReleaseRecord {
    /** Name of the Secret. */
    readonly secret: string;
    /** Revision, from 1. */
    readonly revision: number;
    /** E.g. `deployed`, `failed`, `pending-install`. */
    readonly status: string;
    readonly createdAt: Date;
}

/** The records of a release, newest revision first; `undefined` when the user may not list Secrets. */
export async function releaseRecords(
    read: Read,
    namespace: string,
    name: string,
): Promise<ReleaseRecord[] | undefined> {
    const selector = encodeURIComponent(`owner=helm,name=${name}`);
    const answer = await read(`/api/v1/namespaces/${namespace}/secrets?labelSelector=${selector}`);
    if (!answer.seen) {
        return undefined;
    }
    return recordsSchema
        .parse(answer.object ?? { items: [] })
        .items.map(({ metadata: { name: secret, creationTimestamp, labels } }) => ({
            secret,
            revision: labels.version,
            status: labels.status,
            createdAt: creationTimestamp,
        }))
        .sort((a, b) => b.revision - a.revision);
}

/** What to do about a release that an update was cut in. */
export type ReleaseVerdict =
    | { readonly verdict: "none" }
    /** It was installed to its end: the state takes it in. */
    | { readonly verdict: "adopt" }
    /**
     * The cut left a revision pending, and helm refuses every further operation while it is there. Without its record helm
     * goes on from the revision before; what was made already carries the release's name, and helm takes it over.
     */
    | { readonly verdict: "unlock"; readonly record: ReleaseRecord }
    | { readonly verdict: "refuse"; readonly reason: string };

/** How far clocks may differ (ms), as for other objects. */
const CLOCKS_MS = 5_000;

/**
 * Judges a release. The proof is the same as for other objects, with helm's own record in the place of field managers: the
 * first revision was made while the cut update can have run.
 * @param inState Whether the stack has the release already; then the release is its own, and only the pending record counts.
 */
export function judgeRelease(
    records: readonly ReleaseRecord[],
    inState: boolean,
    { lastSuccess }: Pick<Window, "lastSuccess">,
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
    if (!newest.status.startsWith("pending-")) {
        return inState ? { verdict: "none" } : { verdict: "adopt" };
    }
    return tooOld(newest.createdAt)
        ? { verdict: "refuse", reason: `revision ${newest.revision} was ${newest.status} before the cut update` }
        : { verdict: "unlock", record: newest };
}
