import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../../process/run";
import type { Tool } from "../../../tools";
import type { NodePaths } from "../support/paths";
import { CONTAINERD_SOCKET } from "./containerd";
import { type Daemon, startDaemon } from "./daemon";
import { DNS_ADDRESS, NODE_ADDRESS } from "./network";
import { CGROUP } from "./sandbox";

/** Name of the real node. */
export const NODE_NAME = "real-node";

/** Pods that the node may hold. A kubelet's default is 110; its range of addresses has 253. */
export const MAX_PODS = 250;

/** Life of the kubelet's certificate (d): an alert of the chart fires for one that expires within a week. */
const CERTIFICATE_DAYS = "30";

/** Configuration of the kubelet; JSON, which is YAML. */
export function kubeletConfig(ca: string): string {
    return JSON.stringify({
        apiVersion: "kubelet.config.k8s.io/v1beta1",
        kind: "KubeletConfiguration",
        authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: ca } },
        authorization: { mode: "Webhook" },
        cgroupDriver: "cgroupfs",
        cgroupRoot: `/${CGROUP}`,
        // Machines with control groups of version 1 still serve for a test.
        failCgroupV1: false,
        failSwapOn: false,
        clusterDNS: [DNS_ADDRESS],
        clusterDomain: "cluster.local",
        containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
        address: NODE_ADDRESS,
        maxPods: MAX_PODS,
        resolvConf: "",
        volumePluginDir: "/var/lib/kubelet/volumeplugins",
        // A node of a test shares its disk with whatever else is on the machine.
        evictionHard: { "memory.available": "100Mi", "nodefs.available": "1%", "imagefs.available": "1%" },
        imageGCHighThresholdPercent: 100,
        imageMaximumGCAge: "0s",
        serializeImagePulls: false,
        registryPullQPS: 0,
        enforceNodeAllocatable: ["pods"],
        nodeStatusUpdateFrequency: "10s",
    });
}

/** A kubeconfig for a certificate. */
export function kubeconfig(server: string, ca: string, certificate: string, key: string): string {
    return JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: "node", cluster: { server, "certificate-authority": ca } }],
        users: [{ name: "node", user: { "client-certificate": certificate, "client-key": key } }],
        contexts: [{ name: "node", context: { cluster: "node", user: "node" } }],
        "current-context": "node",
    });
}

/** Issues the kubelet's certificate, by which the API server lets it touch its own node and pods only. */
async function issueCertificate(pki: string, folder: string): Promise<{ certificate: string; key: string }> {
    const [certificate, key, request] = ["crt", "key", "csr"].map((end) => join(folder, `kubelet.${end}`));
    if (certificate === undefined || key === undefined || request === undefined) {
        throw new Error("no files");
    }
    const subject = `/O=system:nodes/CN=system:node:${NODE_NAME}`;
    const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key];
    await run("openssl", ["req", "-new", ...newKey, "-subj", subject, "-out", request]);
    const authority = ["-CA", join(pki, "ca.crt"), "-CAkey", join(pki, "ca.key"), "-set_serial", "2"];
    const usage = join(folder, "kubelet.ext");
    await writeFile(usage, "extendedKeyUsage=clientAuth\n");
    await run("openssl", [
        "x509",
        "-req",
        "-in",
        request,
        ...authority,
        "-days",
        CERTIFICATE_DAYS,
        "-extfile",
        usage,
        "-out",
        certificate,
    ]);
    return { certificate, key };
}

/** Starts the kubelet, which registers the node. */
export async function startKubelet(tool: Tool, server: string, pki: string, paths: NodePaths): Promise<Daemon> {
    const [config, access] = [join(paths.config, "kubelet.json"), join(paths.config, "kubelet.kubeconfig")];
    await mkdir(paths.config, { recursive: true });
    const ca = join(pki, "ca.crt");
    const { certificate, key } = await issueCertificate(pki, paths.config);
    await writeFile(config, kubeletConfig(ca));
    await writeFile(access, kubeconfig(server, ca, certificate, key));
    const args = [
        `--config=${config}`,
        `--kubeconfig=${access}`,
        `--hostname-override=${NODE_NAME}`,
        `--node-ip=${NODE_ADDRESS}`,
        "--node-labels=topology.kubernetes.io/zone=local-a,topology.kubernetes.io/region=local",
        "--v=2",
    ];
    return startDaemon("kubelet", tool.path, args, join(paths.logs, "kubelet.log"));
}

/** Why a file's content is not there yet is of no interest. */
export async function contentOf(file: string): Promise<string> {
    return readFile(file, "utf8").catch(() => "");
}
