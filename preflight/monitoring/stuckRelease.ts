import { z } from "zod";
import { RELEASE } from "../../components/monitoring/names";
import type { Read } from "../../kube/read";

/** States in which Helm holds a release while it works on it; only a run that was cut leaves one behind. */
export const PENDING = ["pending-install", "pending-upgrade", "pending-rollback"];

const recordsSchema = z.object({
    items: z.array(
        z.object({
            metadata: z.object({
                name: z.string(),
                creationTimestamp: z.string(),
                labels: z.object({ status: z.string(), version: z.string() }),
            }),
        }),
    ),
});

/**
 * Why Helm would refuse every further change of the chart: a revision that was begun and never ended. Without its record
 * the revision before counts again, and objects that it made are taken over, since they carry the release's name.
 * @param command How the command in the message calls kubectl.
 */
export async function stuckRelease(read: Read, namespace: string, command: string): Promise<string[]> {
    const selector = encodeURIComponent(`owner=helm,name=${RELEASE},status in (${PENDING.join(",")})`);
    const answer = await read(`/api/v1/namespaces/${namespace}/secrets?labelSelector=${selector}`);
    const records = answer.seen ? recordsSchema.safeParse(answer.object).data?.items : undefined;
    return (records ?? []).map(
        ({ metadata: { name, creationTimestamp, labels } }) =>
            `Helm release ${namespace}/${RELEASE} is held by revision ${labels.version} (${labels.status}), begun ${creationTimestamp}.\n` +
            "    Another update is under way, or one was cut; wait for the first, and free the second:\n" +
            `    Free it:       ${command} --namespace ${namespace} delete secret ${name}\n` +
            "    Then again:    pulumi up",
    );
}
