import * as kubernetes from "@pulumi/kubernetes";
import { UserError } from "../errors";
import type { ClusterSettings } from "../settings/schema";
import { checkIdentity } from "./identity";
import { findContext, kubeconfigFiles } from "../kube/kubeconfig";
import { kubectl } from "../kube/kubectl";
import { answers } from "./reachable";
import { clusterReader } from "../kube/read";

/**
 * Makes sure that the stack's own context exists, its API server answers, is that of the stack's own cluster and is new
 * enough, before anything is touched.
 * @throws UserError that names context and server, within 20 s.
 */
export async function checkCluster(settings: ClusterSettings): Promise<void> {
    const { context, checkReachable } = settings;
    if (!checkReachable) {
        return;
    }
    try {
        const { server, proxied } = findContext(kubeconfigFiles(settings.kubeconfig), context);
        if (!proxied) {
            await answers(server).catch((error: unknown) => {
                throw new Error(
                    `the API server ${server} of context ${context} does not answer (${reason(error)}).\n` +
                        `  Look further:  ${kubectl(settings)} version\n` +
                        "  Preview only:  pulumi config set --path cluster.checkReachable false",
                );
            });
        }
        if (!proxied || settings.identifier !== undefined) {
            await checkIdentity(settings, await clusterReader(settings));
        }
    } catch (error) {
        throw new UserError(`Cluster: ${reason(error)}`);
    }
}

function reason(error: unknown): string {
    return error instanceof Error ? error.message || error.name : String(error);
}

/** The provider of a stack: every Kubernetes resource goes to this context and to no other. */
export function clusterProvider(settings: ClusterSettings): kubernetes.Provider {
    return new kubernetes.Provider("cluster", {
        ...target(settings),
        // A changed ConfigMap or Secret is updated in place; the pods roll by its checksum.
        enableConfigMapMutable: true,
        enableSecretMutable: true,
    });
}

/**
 * A second way to the same cluster, for objects that outlive the stack: a create takes over what is there already
 * instead of stopping at it. Everything else keeps that protection.
 */
export function adoptingProvider(settings: ClusterSettings): kubernetes.Provider {
    return new kubernetes.Provider("cluster-adopting", { ...target(settings), upsertExistingObjects: true });
}

function target(settings: ClusterSettings) {
    return {
        context: settings.context,
        kubeconfig: settings.kubeconfig,
        clusterIdentifier: settings.identifier,
    };
}
