import { z } from "zod";
import * as p from "../shared/primitives";
import { spireAgent, spireCsi } from "./agent";
import { federation, identities, meshIdentity, oidcProvider } from "./identity";
import { spireImages } from "./images";
import { spireServer } from "./server";

const EVERYWHERE = ["0.0.0.0/0", "::/0"];

/**
 * Schema of the `spire` section. Datastore, key manager, upstream authority and kubelet verification have no default.
 */
export const spireSchema = z.strictObject({
    enabled: z
        .boolean()
        .default(true)
        .describe("Install SPIRE; false if another stack manages it, whose spire.identities then lists the mesh"),
    trustDomain: p.trustDomain.default("x0tta6bl4.mesh").describe("SPIFFE trust domain; must never change"),
    clusterName: p.dnsLabel
        .optional()
        .describe("Name of this cluster in agent IDs and entries; unset: staging or production, by stack"),
    version: p
        .version("a SPIRE release, e.g. 1.15.3")
        .default("1.15.3")
        .describe("Release of server and agents; upgrade one minor version at a time"),
    serverNamespace: p.ownNamespace
        .default("spire")
        .describe("Namespace of the SPIRE server (Pod Security restricted)"),
    systemNamespace: p.ownNamespace
        .default("spire-system")
        .describe("Namespace of agents and CSI driver (Pod Security privileged)"),
    serverPort: p.port.default(8081).describe("Port of the Service spire-server"),
    podSecurityVersion: p.podSecurityVersion
        .default("latest")
        .describe("Version of the Pod Security Standards in both namespaces"),
    checkSecrets: z
        .boolean()
        .default(true)
        .describe("Stop if a Secret that the server requires is missing or lacks a key; false where no server runs"),
    images: spireImages,
    server: spireServer,
    agent: spireAgent,
    csi: spireCsi,
    meshIdentity,
    identities,
    networkPolicy: z
        .strictObject({
            enabled: z.boolean().default(true).describe("Create the NetworkPolicies of both namespaces"),
            apiServerCidrs: p.cidrs
                .default(["0.0.0.0/0"])
                .describe(
                    "IP ranges of the API server. Keep the default with Cilium: it does not match nodes by narrower ranges",
                ),
            apiServerPorts: p.apiServerPorts,
            nodeCidrs: p.cidrs
                .default(EVERYWHERE)
                .describe("IP ranges of the kubelets (port 10250). Keep the default with Cilium, as above"),
            dnsNamespace: p.dnsLabel.default("kube-system").describe("Namespace of cluster DNS"),
            dnsCidrs: z
                .array(p.cidr)
                .default([])
                .describe("IP ranges of further DNS servers, e.g. of NodeLocal DNSCache"),
            metricsFromNamespace: p.dnsLabel.default("monitoring").describe("Namespace whose pods may scrape metrics"),
            egress: z
                .array(z.strictObject({ cidr: p.cidr.describe("IP range"), port: p.remotePort.describe("Port") }))
                .default([])
                .describe("Further destinations of the server, e.g. a cloud KMS"),
        })
        .prefault({}),
    federation,
    oidcProvider,
});

/** Settings of SPIRE, validated and with defaults. */
export type SpireSettings = z.output<typeof spireSchema>;
