import { CoreV1Api, KubeConfig, type KubernetesObject, KubernetesObjectApi } from "@kubernetes/client-node";

/** Clients for the node's cluster. */
export interface Access {
    readonly core: CoreV1Api;
    readonly objects: KubernetesObjectApi;
}

/** Opens a cluster by a kubeconfig file. */
export function openAccess(kubeconfig: string): Access {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    return { core: config.makeApiClient(CoreV1Api), objects: KubernetesObjectApi.makeApiClient(config) };
}

/** Creates objects, in order. */
export async function createAll({ objects }: Access, manifests: readonly KubernetesObject[]): Promise<void> {
    for (const manifest of manifests) {
        await objects.create(manifest);
    }
}
