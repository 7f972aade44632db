import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { StorageV1Api, KubeConfig } from "@kubernetes/client-node";
import { startCluster } from "../../../local/controlPlane";
import { clusterIdentity } from "../../../local/controlPlane/identity";
import { STORAGE_CLASS_NAME } from "../../../local/controlPlane/stages";
import type { Progress } from "../../../terminal/progress";
import { ensureTools, type Tool } from "../../../tools";
import { CLUSTER_TOOLS } from "../../../local/controlPlane";
import type { NodePaths } from "../support/paths";
import { HOST_TOOL_NAMES } from "../support/tools";
import { type Access, createAll, openAccess } from "./access";
import { startContainerd } from "./containerd";
import { startDaemon, waitFor } from "./daemon";
import { DNS } from "./dns";
import { NODE_NAME, startKubelet } from "./kubelet";
import { setUpMounts } from "./mounts";
import { API_SERVER_PORT, forwardApiServer, NODE_ADDRESS, POD_RANGE, setUpNetwork } from "./network";
import { provisionVolumes, STORAGE } from "./storage";

/** The programs that run beside the containers. */
type HostTools = Readonly<Record<(typeof HOST_TOOL_NAMES)[number], Tool>>;

/** Seconds until the kubelet has registered its node, and until that is Ready. */
const READY_SECONDS = 120;

/** Seconds until the DNS server answers. */
const DNS_SECONDS = 180;

/** Removes what a new embedded cluster has for simulation: its nodes and its StorageClass. */
async function removeSimulated(access: Access, kubeconfig: string): Promise<void> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const { items } = await access.core.listNode();
    for (const { metadata } of items) {
        await access.core.deleteNode({ name: metadata?.name ?? "" });
    }
    await config.makeApiClient(StorageV1Api).deleteStorageClass({ name: STORAGE_CLASS_NAME });
}

/** Whether a condition of the node is true. */
async function isNodeReady({ core }: Access): Promise<boolean> {
    const { status } = await core.readNode({ name: NODE_NAME });
    return status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;
}

/** Gives the node its range of pod addresses, by which kube-router knows pods. No controller gives it here. */
async function assignPodRange({ objects }: Access): Promise<void> {
    await objects.patch(
        {
            apiVersion: "v1",
            kind: "Node",
            metadata: { name: NODE_NAME },
            spec: { podCIDR: POD_RANGE, podCIDRs: [POD_RANGE] },
        },
        undefined,
        undefined,
        undefined,
        undefined,
        "application/merge-patch+json",
    );
}

/** Starts what makes Services and NetworkPolicies work, and volumes. */
function startAgents(tools: HostTools, paths: NodePaths): void {
    const access = `--kubeconfig=${paths.kubeconfig}`;
    const log = (name: string) => join(paths.logs, `${name}.log`);
    startDaemon(
        "kube-proxy",
        tools["kube-proxy"].path,
        [
            access,
            `--hostname-override=${NODE_NAME}`,
            `--cluster-cidr=${POD_RANGE}`,
            "--proxy-mode=iptables",
            // The kernel's limit is one for the whole machine.
            "--conntrack-max-per-core=0",
            "--conntrack-tcp-timeout-established=0",
            "--conntrack-tcp-timeout-close-wait=0",
        ],
        log("kube-proxy"),
    );
    startDaemon(
        "kube-router",
        tools["kube-router"].path,
        [
            access,
            `--hostname-override=${NODE_NAME}`,
            "--run-firewall=true",
            "--run-router=false",
            "--run-service-proxy=false",
            "--run-loadbalancer=false",
            "--service-cluster-ip-range=10.96.0.0/16",
        ],
        log("kube-router"),
    );
}

/**
 * Brings up a control plane with one real node, in the sandbox that this process runs in.
 * @returns the server's address.
 */
async function startNode(paths: NodePaths, progress: Progress): Promise<string> {
    await mkdir(paths.logs, { recursive: true });
    const tools = await ensureTools(HOST_TOOL_NAMES, progress, paths);
    await setUpMounts(paths);
    await setUpNetwork();
    const controlPlane = await ensureTools(CLUSTER_TOOLS, progress, paths);
    const cluster = await startCluster(controlPlane, progress, paths, { kubeApiserverPort: API_SERVER_PORT });
    await forwardApiServer(cluster.server);
    const access = openAccess(cluster.kubeconfig);
    await progress.step("containerd and images", () => startContainerd(paths));
    await removeSimulated(access, cluster.kubeconfig);
    await progress.step("Node", async () => {
        const { pki } = clusterIdentity(paths);
        const kubelet = await startKubelet(tools.kubelet, cluster.server, pki, paths);
        await waitFor(`node ${NODE_NAME} at ${NODE_ADDRESS}`, READY_SECONDS, () => isNodeReady(access), kubelet);
        await assignPodRange(access);
    });
    await progress.step("Services, policies, DNS and volumes", async () => {
        await createAll(access, [STORAGE, ...DNS]);
        startAgents(tools, paths);
        void provisionVolumes(access);
        await waitFor("cluster DNS", DNS_SECONDS, async () => {
            const pods = await access.core.listNamespacedPod({
                namespace: "kube-system",
                labelSelector: "k8s-app=kube-dns",
            });
            return pods.items.some(({ status }) =>
                status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"),
            );
        });
    });
    return cluster.server;
}

let shared: Promise<string> | undefined;

/** The node of this sandbox, which the first that asks brings up. */
export function sharedNode(paths: NodePaths, progress: Progress): Promise<string> {
    shared ??= startNode(paths, progress);
    return shared;
}
