import { AppsV1Api, KubeConfig } from "@kubernetes/client-node";
import { SERVER } from "../components/spire/names";
import { environmentOf } from "../settings/shared/environments";
import type { Cluster } from "./controlPlane";

/**
 * Whether SPIRE on the embedded cluster is, or will be, this stack's: a cluster holds one, and the stack that came
 * first has it.
 * @param namespace Namespace of the server.
 */
export async function ownsSpire(cluster: Cluster, stack: string, namespace: string): Promise<boolean> {
    const config = new KubeConfig();
    config.loadFromFile(cluster.kubeconfig);
    config.setCurrentContext(cluster.context);
    const servers = await config.makeApiClient(AppsV1Api).listNamespacedStatefulSet({ namespace });
    const server = servers.items.find(({ metadata }) => metadata?.name === SERVER);
    return server === undefined || server.metadata?.labels?.environment === environmentOf(stack)?.name;
}
