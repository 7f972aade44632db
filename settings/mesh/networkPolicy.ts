import { z } from "zod";
import * as p from "../shared/primitives";

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
        name: p.dnsLabel.describe("Name of the rule; part of the NetworkPolicy's name"),
        namespace: p.dnsLabel
            .optional()
            .describe("Namespace of the destination; unset with podLabels: the mesh's own namespace"),
        podLabels: p.labels.optional().describe("Labels of the destination's pods; unset: all pods of the namespace"),
        cidr: p.cidr.optional().describe("IP range of the destination, instead of namespace and podLabels"),
        except: z.array(p.cidr).default([]).describe("Ranges inside cidr that stay blocked"),
        ports: ports.describe("Allowed ports"),
    })
    .refine((rule) => rule.cidr !== undefined || rule.except.length === 0, { error: "no except without cidr" })
    // ValidateIPBlock in k8s.io/kubernetes/pkg/apis/networking/validation: a strict subset.
    .refine(({ cidr, except }) => cidr === undefined || except.every((range) => p.isStrictlyWithin(range, cidr)), {
        error: "except within cidr and smaller than it",
    })
    .refine((rule) => (rule.cidr === undefined) !== (rule.namespace === undefined && rule.podLabels === undefined), {
        error: "either cidr, or namespace and/or podLabels",
    });

/** NetworkPolicies of the mesh: default deny in both directions, then what is listed here. */
export const networkPolicy = z
    .strictObject({
        enabled: z
            .boolean()
            .default(true)
            .describe("Create the NetworkPolicies; they need a network plugin that enforces them"),
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
            .describe("IP ranges of further DNS servers, e.g. 169.254.20.10/32 of NodeLocal DNSCache"),
        apiServerCidrs: z
            .array(p.cidr)
            .default(["0.0.0.0/0", "::/0"])
            .describe(
                "IP ranges of the API server; used only when the token is mounted. Keep the default with Cilium: it does not match nodes by narrower ranges",
            ),
        apiServerPorts: p.apiServerPorts,
        egress: z.array(egressRule).default([]).describe("Further destinations"),
    })
    .prefault({});
