import { RELEASE } from "../../components/monitoring/names";
import { helmRevisions, isPending } from "../../kube/helmReleases";
import type { Read } from "../../kube/read";
import { shellWord } from "../../shell";

/**
 * Why Helm would refuse every further change of the chart: its newest revision was begun and never ended. An older one that was
 * begun does not count: Helm leaves its status when it goes back to the revision before.
 * @param stack Name of the stack, for the command in the message.
 */
export async function stuckRelease(read: Read, namespace: string, stack: string): Promise<string[]> {
    const [newest] = (await helmRevisions(read, namespace, RELEASE)) ?? [];
    if (newest === undefined || !isPending(newest)) {
        return [];
    }
    const { revision, status, createdAt } = newest;
    return [
        `Helm release ${namespace}/${RELEASE} is held by revision ${revision} (${status}), begun ${createdAt.toISOString()}.\n` +
            "    Another update is in progress, or one was interrupted. Wait for the first; after the second:\n" +
            `    Repair it:     npx x0 recover --stack ${shellWord(stack)}`,
    ];
}
