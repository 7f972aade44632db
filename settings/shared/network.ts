import { z } from "zod";
import * as p from "./primitives";

const ports = z
    .array(
        z.strictObject({
            port: p.remotePort.describe("Port of the destination"),
            protocol: z.enum(["TCP", "UDP", "SCTP"]).default("TCP").describe("Protocol"),
        }),
    )
    .min(1, { error: "at least one port" });

/** One further destination that the mesh pods may reach. */
const egressRule = z
    .strictObject({
        name: p.dnsLabel.describe("Name of the rule; becomes part of the NetworkPolicy's name"),
        namespace: p.dnsLabel.optional().describe("Namespace of the destination; unset with podLabels: the mesh's own"),
        podLabels: p.stringMap
            .optional()
            .describe("Labels of the destination's pods; unset: all pods of the namespace"),
        cidr: p.cidr.optional().describe("IP range of the destination, instead of namespace and podLabels"),
        except: z.array(p.cidr).default([]).describe("Ranges inside cidr that stay closed"),
        ports: ports.describe("Open ports"),
    })
    .refine((rule) => rule.cidr !== undefined || rule.except.length === 0, { error: "no except without cidr" })
    .refine((rule) => (rule.cidr === undefined) !== (rule.namespace === undefined && rule.podLabels === undefined), {
        error: "either cidr, or namespace and/or podLabels",
    });

/** Ports that NetworkPolicies open towards the API server. They are compared behind its Service, so 443 alone is too few. */
export const apiServerPorts = z
    .array(p.remotePort)
    .min(1, { error: "at least one port" })
    .default([443, 6443])
    .describe("Ports of the API server, behind its Service too; minikube listens on 8443, MicroK8s on 16443");

/** NetworkPolicies of the mesh: default deny both ways, then what is listed here. */
export const networkPolicy = z
    .strictObject({
        enabled: z
            .boolean()
            .default(true)
            .describe("Create the NetworkPolicies; needs a network plugin that enforces them"),
        httpFromNamespaces: z
            .array(p.dnsLabel)
            .default(["ingress-nginx", "istio-system"])
            .describe("Namespaces whose pods may call the http port"),
        metricsFromNamespace: p.dnsLabel
            .default("monitoring")
            .describe("Namespace whose pods may scrape the metrics port"),
        dnsNamespace: p.dnsLabel
            .default("kube-system")
            .describe("Namespace of cluster DNS (pods with k8s-app=kube-dns)"),
        dnsCidrs: z
            .array(p.cidr)
            .default([])
            .describe("Further DNS servers, e.g. 169.254.20.10/32 of NodeLocal DNSCache"),
        apiServerCidrs: z
            .array(p.cidr)
            .default(["0.0.0.0/0", "::/0"])
            .describe(
                "Where the API server is; used only when the token is mounted. All addresses are everywhere, also to Cilium, whose narrower ranges leave nodes out",
            ),
        apiServerPorts,
        egress: z.array(egressRule).default([]).describe("Further destinations"),
    })
    .prefault({});
