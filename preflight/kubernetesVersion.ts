import { z } from "zod";
import type { Read } from "../kube/read";

const versionSchema = z.object({ minor: z.string() });

const nodesSchema = z.object({
    items: z.array(z.object({ status: z.object({ nodeInfo: z.object({ kubeletVersion: z.string() }) }) })),
});

/**
 * Oldest minor version of Kubernetes among API server and kubelets, e.g. 33: the API server may be up to three minor
 * versions ahead of a kubelet. `undefined` where neither may be read.
 */
export async function oldestMinor(read: Read): Promise<number | undefined> {
    const object = async (path: string) => {
        const answer = await read(path);
        return answer.seen ? answer.object : undefined;
    };
    const [version, nodes] = await Promise.all([object("/version"), object("/api/v1/nodes")]);
    const kubelets = nodesSchema.safeParse(nodes).data?.items ?? [];
    const minors = [
        versionSchema.safeParse(version).data?.minor ?? "",
        ...kubelets.map(({ status }) => /^v1\.(\d+)/.exec(status.nodeInfo.kubeletVersion)?.[1] ?? ""),
    ]
        .map((minor) => Number.parseInt(minor, 10))
        .filter((minor) => !Number.isNaN(minor));
    return minors.length === 0 ? undefined : Math.min(...minors);
}
