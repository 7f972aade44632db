import { STORAGE_CLASS_NAME, STORAGE_PROVISIONER } from "./stages";

/** An object and the collection that it is created in. */
export interface ClusterObject {
    /** Path of the collection, e.g. `/api/v1/nodes`. */
    readonly collection: string;
    /** The object. */
    readonly object: { readonly metadata: { readonly name: string; readonly [field: string]: unknown } } & Readonly<
        Record<string, unknown>
    >;
}

/** Annotation of the nodes whose kubelet kwok plays. */
export const SIMULATED = { key: "kwok.x-k8s.io/node", value: "fake" } as const;

/** Zones of the simulated region. Three, so that a spread over zones can be seen. */
const ZONES = ["a", "b", "c"] as const;

/** Nodes a zone. Six nodes in all hold the largest prod stack (10 pods with 2 CPUs) beside monitoring. */
const NODES_PER_ZONE = 2;

/** Size of a node, a common one in clouds; 110 pods is the kubelet's default. */
const nodeSize = { cpu: "8", memory: "32Gi", "ephemeral-storage": "100Gi", pods: "110" } as const;

/** A simulated worker node: it looks like a real one, and kwok plays its kubelet. */
function node(zone: string, index: number, kubernetesVersion: string): ClusterObject {
    const name = `node-${zone}${index}`;
    return {
        collection: "/api/v1/nodes",
        object: {
            apiVersion: "v1",
            kind: "Node",
            metadata: {
                name,
                annotations: { [SIMULATED.key]: SIMULATED.value },
                labels: {
                    "kubernetes.io/hostname": name,
                    "kubernetes.io/os": "linux",
                    "kubernetes.io/arch": "amd64",
                    "node.kubernetes.io/instance-type": "simulated-8-32",
                    "node-role.kubernetes.io/worker": "",
                    "topology.kubernetes.io/region": "local",
                    "topology.kubernetes.io/zone": `local-${zone}`,
                },
            },
            status: {
                allocatable: nodeSize,
                capacity: nodeSize,
                nodeInfo: {
                    architecture: "amd64",
                    bootID: "",
                    containerRuntimeVersion: "containerd://2.1.0",
                    kernelVersion: "6.12.0",
                    kubeProxyVersion: "",
                    kubeletVersion: `v${kubernetesVersion}`,
                    machineID: "",
                    operatingSystem: "linux",
                    osImage: "Simulated Linux",
                    systemUUID: "",
                },
            },
        },
    };
}

/** The default StorageClass; its volumes are made by the kwok stages, as a real provisioner makes them. */
const storageClass: ClusterObject = {
    collection: "/apis/storage.k8s.io/v1/storageclasses",
    object: {
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: {
            name: STORAGE_CLASS_NAME,
            annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
        },
        provisioner: STORAGE_PROVISIONER,
        reclaimPolicy: "Delete",
        volumeBindingMode: "WaitForFirstConsumer",
    },
};

/** All objects that a new cluster gets: six nodes in three zones and the default StorageClass. */
export function clusterObjects(kubernetesVersion: string): ClusterObject[] {
    const indexes = Array.from({ length: NODES_PER_ZONE }, (_, index) => index + 1);
    return [storageClass, ...ZONES.flatMap((zone) => indexes.map((index) => node(zone, index, kubernetesVersion)))];
}
