import { z } from "zod";
import * as p from "../shared/primitives";
import { containerResources, logLevel } from "./server";
import { scheduling } from "../shared/workload";

/** Where a kubelet keeps the certificate that it signs for itself, made out to the node's name. */
export const KUBELET_CERTIFICATE = "/var/lib/kubelet/pki/kubelet.crt";

/** How agents make sure that they talk to their own node's kubelet. Required: nothing is chosen in silence. */
export const kubeletVerification = z.discriminatedUnion(
    "type",
    [
        z.strictObject({
            type: z
                .literal("skip")
                .describe("Trust any certificate: for kubelets that sign their own (kind, minikube)"),
        }),
        z.strictObject({
            type: z.literal("clusterCA").describe("The cluster's CA signs kubelet certificates (k3s, EKS, GKE)"),
        }),
        z.strictObject({
            type: z.literal("hostFile").describe("A CA certificate in a file of each node"),
            path: p.absolutePath.default(KUBELET_CERTIFICATE).describe("File on the node; a certificate, never a key"),
        }),
        z.strictObject({
            type: z.literal("configMap").describe("CA certificates in a ConfigMap of yours"),
            name: p.dnsName.describe("An existing ConfigMap in the agents' namespace"),
            key: p.secretKey.default("ca.crt").describe("Key of the certificates"),
        }),
    ],
    { error: "an object with type skip, clusterCA, hostFile or configMap" },
);

/** The SPIRE agents, one a node. */
export const spireAgent = z.strictObject(
    {
        kubeletVerification,
        kubeletAddress: z
            .enum(["hostIP", "nodeName"])
            .default("hostIP")
            .describe(
                "How agents reach their kubelet: its certificate must be made out to this, and cluster DNS must know a nodeName",
            ),
        kubeletApi: z
            .enum(["auto", "nodes/pods", "nodes/proxy"])
            .default("auto")
            .describe(
                "Permission to list the node's pods: auto takes nodes/pods where all kubelets are of Kubernetes 1.33 or newer, else nodes/proxy, which also lets agents execute in any container",
            ),
        logLevel,
        // SPIRE's hint for the limit is 128Mi; 59 MiB were resident with one workload on a real node.
        resources: containerResources({
            requests: { cpu: "50m", memory: "128Mi" },
            limits: { cpu: "200m", memory: "256Mi" },
        }),
        rebootstrapDelay: p.duration.default("10m").describe("Wait before an agent that lost its trust starts afresh"),
        tolerations: scheduling
            .unwrap()
            .shape.tolerations.unwrap()
            .default([{ operator: "Exists" }])
            .describe("Taints that agents and CSI driver tolerate; default: all, so that no node is without identity"),
        priorityClassName: p.dnsName
            .default("system-node-critical")
            .describe("PriorityClass of agents and CSI driver: they come before workloads"),
        maxUnavailable: p.count.default(1).describe("Nodes whose agents are updated at the same time"),
    },
    { error: p.objectWith("kubeletVerification") },
);

/** The SPIFFE CSI driver, which mounts the agents' socket into pods. */
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
