import { z } from "zod";
import type { Read } from "./read";

/** Pending states of a release; only an interrupted operation leaves a release in one. */
const PENDING: readonly string[] = ["pending-install", "pending-upgrade", "pending-rollback"];

/** Requests metadata only: the data of these Secrets is the complete chart with its values. */
const METADATA_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

const recordSchema = z.object({
    metadata: z.object({
        name: z.string(),
        creationTimestamp: z.string().transform((text) => new Date(text)),
        labels: z.object({ status: z.string(), version: z.coerce.number() }),
    }),
});

// The API server writes an empty list of metadata as null.
const recordsSchema = z.object({ items: z.array(recordSchema).nullish() });

/** One revision of a Helm release, as Helm records it in a Secret of the release's namespace. */
export interface HelmRevision {
    /** Name of the Secret. */
    readonly secret: string;
    /** Revision number, starting at 1. */
    readonly revision: number;
    /** Status, e.g. `deployed`, `failed`, `pending-install`. */
    readonly status: string;
    /** Start time. */
    readonly createdAt: Date;
}

/** Whether Helm is working on a revision, or was interrupted: it then rejects every other operation. */
export function isPending({ status }: Pick<HelmRevision, "status">): boolean {
    return PENDING.includes(status);
}

/** Path of the Secrets with the revisions of a release. */
export function revisionsPath(namespace: string, name: string): string {
    return `/api/v1/namespaces/${namespace}/secrets?labelSelector=${encodeURIComponent(`owner=helm,name=${name}`)}`;
}

/** The revisions of a release, newest first; `undefined` when these credentials cannot list Secrets. */
export async function helmRevisions(read: Read, namespace: string, name: string): Promise<HelmRevision[] | undefined> {
    const answer = await read(revisionsPath(namespace, name), METADATA_ONLY);
    if (!answer.seen) {
        return undefined;
    }
    const { items } = recordsSchema.parse(answer.object ?? {});
    return (items ?? [])
        .map(({ metadata: { name: secret, creationTimestamp, labels } }) => ({
            secret,
            revision: labels.version,
            status: labels.status,
            createdAt: creationTimestamp,
        }))
        .sort((a, b) => b.revision - a.revision);
}
