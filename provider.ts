import { Provider } from "@pulumi/kubernetes/provider";
import type { ClusterSettings } from "./settings/schema";

/** The provider of a stack: every Kubernetes resource is deployed to this context and to no other. */
export function clusterProvider(settings: ClusterSettings): Provider {
    return new Provider("cluster", {
        ...target(settings),
        // A changed ConfigMap or Secret is updated in place; the pods roll by its checksum.
        enableConfigMapMutable: true,
        enableSecretMutable: true,
    });
}

/**
 * A second provider for the same cluster, for objects that outlive the stack: a create adopts an existing object
 * instead of failing. All other objects keep that protection.
 */
export function adoptingProvider(settings: ClusterSettings): Provider {
    return new Provider("cluster-adopting", { ...target(settings), upsertExistingObjects: true });
}

function target({ context, kubeconfig, identifier }: ClusterSettings) {
    return { context, kubeconfig, clusterIdentifier: identifier };
}
