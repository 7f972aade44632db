import { z } from "zod";
import { SERVER } from "../components/spire/names";
import { clusterReader } from "../kube/read";
import { environmentOf } from "../settings/shared/environments";
import type { Cluster } from "./controlPlane";

const serverSchema = z.object({ metadata: z.object({ labels: z.record(z.string(), z.string()).default({}) }) });

/**
 * Whether SPIRE on the embedded cluster belongs to this stack: a cluster has one, owned by the first stack.
 * @param namespace Namespace of the server.
 */
export async function ownsSpire(cluster: Cluster, stack: string, namespace: string): Promise<boolean> {
    const read = await clusterReader(cluster);
    const server = await read(`/apis/apps/v1/namespaces/${namespace}/statefulsets/${SERVER}`);
    return (
        !server.seen ||
        server.object === undefined ||
        serverSchema.parse(server.object).metadata.labels.environment === environmentOf(stack)?.name
    );
}
