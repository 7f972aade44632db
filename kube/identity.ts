import { z } from "zod";
import type { Read } from "./read";

/** Path of the namespace whose UID identifies a cluster: every cluster has it, and nobody can replace it. */
export const IDENTITY_PATH = "/api/v1/namespaces/kube-system";

const namespaceSchema = z.object({ metadata: z.object({ uid: z.string().min(1) }) });

/** The identity of a cluster from the object at {@link IDENTITY_PATH}; `undefined` when it is none. */
export function identityOf(object: unknown): string | undefined {
    return namespaceSchema.safeParse(object).data?.metadata.uid;
}

/**
 * The identity of the cluster that answers, when it is another than the expected one.
 * @returns `undefined` also where nothing is expected, or these credentials may not see it.
 */
export async function otherIdentity(expected: string | undefined, read: Read): Promise<string | undefined> {
    if (expected === undefined) {
        return undefined;
    }
    const answer = await read(IDENTITY_PATH);
    const live = answer.seen ? identityOf(answer.object) : undefined;
    return live === expected ? undefined : live;
}
