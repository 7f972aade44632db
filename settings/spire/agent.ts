import { z } from "zod";
import * as p from "../shared/primitives";
import { containerResources } from "../shared/resources";
import { tolerations } from "../shared/scheduling";
import { logLevel } from "./logLevel";

/** Path of the kubelet's self-signed certificate, issued for the node's name. */
export const KUBELET_CERTIFICATE = "/var/lib/kubelet/pki/kubelet.crt";

/** How agents verify the kubelet of their node. Required, so that the choice is explicit. */
export const kubeletVerification = z.discriminatedUnion(
    "type",
    [
        z.strictObject({
            type: z
                .literal("skip")
                .describe("Accept any certificate: for kubelets with self-signed certificates (kind, minikube)"),
        }),
        z.strictObject({
            type: z
                .literal("clusterCA")
                .describe("Kubelet certificates are signed by the cluster's CA (k3s, EKS, GKE)"),
        }),
        z.strictObject({
            type: z.literal("hostFile").describe("A CA certificate in a file on each node"),
            path: p.absolutePath.default(KUBELET_CERTIFICATE).describe("File on the node; a certificate, never a key"),
        }),
        z.strictObject({
            type: z.literal("configMap").describe("CA certificates in an existing ConfigMap"),
            name: p.dnsName.describe("An existing ConfigMap in the agents' namespace"),
            key: p.secretKey.default("ca.crt").describe("Key of the certificates"),
        }),
    ],
    { error: "an object with type skip, clusterCA, hostFile or configMap" },
);

/** Schema of the SPIRE agents, which run on every node. */
export const spireAgent = z.strictObject(
    {
        kubeletVerification,
        kubeletAddress: z
            .enum(["hostIP", "nodeName"])
            .default("hostIP")
            .describe(
                "Address of the kubelet: its certificate must be issued for it, and cluster DNS must resolve a nodeName",
            ),
        kubeletApi: z
            .enum(["auto", "nodes/pods", "nodes/proxy"])
            .default("auto")
            .describe(
                "Permission to list the node's pods: auto uses nodes/pods if all kubelets run Kubernetes 1.33 or newer, else nodes/proxy, which also lets agents execute commands in any container",
            ),
        logLevel,
        // SPIRE suggests a limit of 128Mi; resident memory with one workload on a real node was 59 MiB.
        resources: containerResources({
            requests: { cpu: "50m", memory: "128Mi" },
            limits: { cpu: "200m", memory: "256Mi" },
        }),
        rebootstrapDelay: p.duration
            .default("10m")
            .describe("Delay before an agent that lost its trust bundle bootstraps again"),
        tolerations: tolerations
            .default([{ operator: "Exists" }])
            .describe(
                "Taints that agents and CSI driver tolerate; default: all, so that every node can issue identities",
            ),
        priorityClassName: p.dnsName
            .default("system-node-critical")
            .describe("PriorityClass of agents and CSI driver, above that of workloads"),
        maxUnavailable: p.count
            .default(1)
            .describe("Maximum number of nodes whose agents are updated at the same time"),
    },
    { error: p.objectWith("kubeletVerification") },
);

/** Schema of the SPIFFE CSI driver, which mounts the agents' socket into pods. */
export const spireCsi = z
    .strictObject({
        kubeletPath: p.absolutePath
            .default("/var/lib/kubelet")
            .describe("The kubelet's root directory, e.g. /var/snap/microk8s/common/var/lib/kubelet"),
        resources: containerResources({
            requests: { cpu: "20m", memory: "32Mi" },
            limits: { cpu: "100m", memory: "64Mi" },
        }),
        registrarResources: containerResources({
            requests: { cpu: "10m", memory: "32Mi" },
            limits: { cpu: "50m", memory: "64Mi" },
        }),
    })
    .prefault({});
