import { z } from "zod";
import { apiServerPorts } from "../shared/network";
import * as p from "../shared/primitives";
import { spireAgent, spireCsi } from "./agent";
import { federation, identities, meshIdentity, oidcProvider } from "./identity";
import { spireImages } from "./images";
import { spireServer } from "./server";

/** At least one IP range: an empty list in a NetworkPolicy would mean everywhere. */
const cidrs = z.array(p.cidr).min(1, { error: "at least one IP range" });

const EVERYWHERE = ["0.0.0.0/0", "::/0"];

/** Everything about SPIRE. Datastore, key manager, upstream authority and kubelet verification have no default. */
export const spireSchema = z.strictObject({
    enabled: z
        .boolean()
        .default(true)
        .describe(
            "Make SPIRE; false where the cluster's SPIRE is another stack's, whose spire.identities then names the mesh",
        ),
    trustDomain: p.trustDomain.default("x0tta6bl4.mesh").describe("SPIFFE trust domain; cannot be changed later"),
    clusterName: p.dnsLabel
        .optional()
        .describe("Name of this cluster in agents' IDs and entries; unset: staging or production by stack"),
    version: p
        .text(/^\d{1,3}\.\d{1,3}\.\d{1,3}$/, "a SPIRE release, e.g. 1.15.3")
        .default("1.15.3")
        .describe("Release of server and agents; a change may skip no minor version"),
    serverNamespace: p.dnsLabel.default("spire").describe("Namespace of the SPIRE server (Pod Security restricted)"),
    systemNamespace: p.dnsLabel
        .default("spire-system")
        .describe("Namespace of agents and CSI driver (Pod Security privileged)"),
    serverPort: p.port.default(8081).describe("Port of the Service spire-server"),
    podSecurityVersion: p
        .text(/^(latest|v1\.\d{1,3})$/, "latest or a Kubernetes minor version such as v1.36")
        .default("latest")
        .describe("Version of the Pod Security Standards in both namespaces"),
    checkSecrets: z
        .boolean()
        .default(true)
        .describe("Stop when a Secret that the server needs is missing or lacks a key; false where no server runs"),
    images: spireImages,
    server: spireServer,
    agent: spireAgent,
    csi: spireCsi,
    meshIdentity,
    identities,
    networkPolicy: z
        .strictObject({
            enabled: z.boolean().default(true).describe("Create the NetworkPolicies of both namespaces"),
            apiServerCidrs: cidrs
                .default(["0.0.0.0/0"])
                .describe(
                    "Where the API server is; all addresses are everywhere, also to Cilium, whose narrower ranges leave nodes out",
                ),
            apiServerPorts,
            nodeCidrs: cidrs
                .default(EVERYWHERE)
                .describe("Where the kubelets are (port 10250); all addresses are everywhere, as above"),
            dnsNamespace: p.dnsLabel.default("kube-system").describe("Namespace of cluster DNS"),
            dnsCidrs: z.array(p.cidr).default([]).describe("Further DNS servers, e.g. of NodeLocal DNSCache"),
            metricsFromNamespace: p.dnsLabel.default("monitoring").describe("Namespace that may scrape metrics"),
            egress: z
                .array(z.strictObject({ cidr: p.cidr.describe("IP range"), port: p.remotePort.describe("Port") }))
                .default([])
                .describe("Further destinations of the server, e.g. a cloud KMS"),
        })
        .prefault({}),
    federation,
    oidcProvider,
});
