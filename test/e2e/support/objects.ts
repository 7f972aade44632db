import {
    ApiextensionsV1Api,
    AppsV1Api,
    CoreV1Api,
    DiscoveryV1Api,
    KubeConfig,
    KubernetesObjectApi,
    NetworkingV1Api,
    RbacAuthorizationV1Api,
} from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "../../../local/controlPlane";

/** Clients of the tests' cluster. */
export function clients(cluster: Cluster) {
    const config = new KubeConfig();
    config.loadFromFile(cluster.kubeconfig);
    config.setCurrentContext(cluster.context);
    return {
        config,
        core: config.makeApiClient(CoreV1Api),
        extensions: config.makeApiClient(ApiextensionsV1Api),
        apps: config.makeApiClient(AppsV1Api),
        rbac: config.makeApiClient(RbacAuthorizationV1Api),
        discovery: config.makeApiClient(DiscoveryV1Api),
        networking: config.makeApiClient(NetworkingV1Api),
        objects: KubernetesObjectApi.makeApiClient(config),
    };
}

/** Clients as {@link clients} makes them. */
export type Clients = ReturnType<typeof clients>;

/** Every object of the mesh in the cluster, `Kind namespace/name`, cluster-wide ones and volumes included. */
export async function meshObjects({ core, apps, rbac, networking }: Clients): Promise<string[]> {
    const labelSelector = "app.kubernetes.io/part-of=x0tta6bl4-mesh";
    const lists = await Promise.all([
        core.listNamespace({ labelSelector }).then(named("Namespace")),
        core.listPodForAllNamespaces({ labelSelector }).then(named("Pod")),
        core.listServiceForAllNamespaces({ labelSelector }).then(named("Service")),
        core.listConfigMapForAllNamespaces({ labelSelector }).then(named("ConfigMap")),
        core.listSecretForAllNamespaces({ labelSelector }).then(named("Secret")),
        core.listServiceAccountForAllNamespaces({ labelSelector }).then(named("ServiceAccount")),
        core.listPersistentVolumeClaimForAllNamespaces().then(named("PersistentVolumeClaim")),
        apps.listDeploymentForAllNamespaces({ labelSelector }).then(named("Deployment")),
        apps.listReplicaSetForAllNamespaces({ labelSelector }).then(named("ReplicaSet")),
        networking.listNetworkPolicyForAllNamespaces({ labelSelector }).then(named("NetworkPolicy")),
        rbac.listClusterRole({ labelSelector }).then(named("ClusterRole")),
        rbac.listClusterRoleBinding({ labelSelector }).then(named("ClusterRoleBinding")),
    ]);
    return lists.flat().sort();
}

interface ObjectList {
    readonly items: readonly { readonly metadata?: { readonly namespace?: string; readonly name?: string } }[];
}

function named(kind: string): (list: ObjectList) => string[] {
    return ({ items }) => items.map(({ metadata }) => `${kind} ${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`);
}

/** Names of the mesh pods of a namespace that are not terminating. */
export async function podNames({ core }: Clients, namespace: string): Promise<string[]> {
    const { items } = await core.listNamespacedPod({ namespace });
    return items
        .filter(({ metadata }) => metadata?.deletionTimestamp === undefined)
        .map(({ metadata }) => metadata?.name ?? "")
        .sort();
}

/** Timeout for workloads to settle (ms). */
const SETTLING_MS = 180_000;

/**
 * Waits until a namespace's Deployments, StatefulSets and DaemonSets have all their pods, up to date, and no
 * pod is terminating, so that subsequent reads are stable.
 * @throws Error with what is not settled.
 */
export async function settled({ core, apps }: Clients, namespace: string): Promise<void> {
    const end = Date.now() + SETTLING_MS;
    for (;;) {
        const [pods, deployments, sets, daemons] = await Promise.all([
            core.listNamespacedPod({ namespace }),
            apps.listNamespacedDeployment({ namespace }),
            apps.listNamespacedStatefulSet({ namespace }),
            apps.listNamespacedDaemonSet({ namespace }),
        ]);
        const workloads = [
            ...[...deployments.items, ...sets.items].map(({ metadata, spec, status }) => ({
                metadata,
                seen: status?.observedGeneration,
                wanted: spec?.replicas ?? 1,
                counts: [status?.replicas, status?.updatedReplicas, status?.readyReplicas],
            })),
            ...daemons.items.map(({ metadata, status }) => ({
                metadata,
                seen: status?.observedGeneration,
                wanted: status?.desiredNumberScheduled,
                counts: [status?.updatedNumberScheduled, status?.numberReady],
            })),
        ];
        const open = [
            ...pods.items
                .filter(({ metadata }) => metadata?.deletionTimestamp !== undefined)
                .map(({ metadata }) => `pod ${metadata?.name ?? ""} is being deleted`),
            ...workloads
                .filter(
                    ({ metadata, seen, wanted, counts }) =>
                        seen !== metadata?.generation || counts.some((count) => (count ?? 0) !== wanted),
                )
                .map(({ metadata }) => `${metadata?.name ?? ""} is rolling out`),
        ];
        if (open.length === 0) {
            return;
        }
        if (Date.now() > end) {
            throw new Error(`${namespace} does not settle: ${open.join(", ")}`);
        }
        await sleep(500);
    }
}
