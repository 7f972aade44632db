import { RELEASE } from "../../components/monitoring/names";
import { helmRevisions, isPending } from "../../kube/helmReleases";
import type { Read } from "../../kube/read";
import { shellCommand } from "../../shell";

/**
 * Why Helm would refuse every further change of the chart: a revision that was begun and never ended. Without its
 * record the revision before counts again, and objects that it created are taken over, since they carry the release's
 * name.
 * @param command How the command in the message calls kubectl.
 */
export async function stuckRelease(read: Read, namespace: string, command: string): Promise<string[]> {
    const revisions = (await helmRevisions(read, namespace, RELEASE)) ?? [];
    return revisions
        .filter(isPending)
        .map(
            ({ secret, revision, status, createdAt }) =>
                `Helm release ${namespace}/${RELEASE} is held by revision ${revision} (${status}), begun ${createdAt.toISOString()}.\n` +
                "    Another update is in progress, or one was interrupted. Wait for the first; release the second:\n" +
                `    Free it:       ${command} ${shellCommand("--namespace", namespace, "delete", "secret", secret)}\n` +
                "    Then again:    pulumi up",
        );
}
