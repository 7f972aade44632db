import { z } from "zod";
import { egressFields, oneDestination } from "../shared/egress";
import * as p from "../shared/primitives";

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
        httpFromPods: z
            .array(
                z.strictObject({
                    namespace: p.dnsLabel.describe("Namespace of the pods"),
                    podLabels: p.labels
                        .refine((labels) => Object.keys(labels).length > 0, {
                            error: "at least one label: for all pods of a namespace use httpFromNamespaces",
                        })
                        .describe("Labels of the pods"),
                }),
            )
            .default([{ namespace: "kube-system", podLabels: { "app.kubernetes.io/name": "traefik" } }])
            .describe(
                "Pods that may call the http port, in namespaces with others that may not; default: the Traefik of k3s",
            ),
        spireServer: z
            .boolean()
            .default(false)
            .describe(
                "Open the way to the SPIRE server (SPIRE_SERVER_ADDR) on both sides: for tools of your own that call its API. The app does not; pods get their SVIDs from the agent, by a socket",
            ),
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
        egress: z
            .array(oneDestination(z.strictObject(egressFields("the mesh"))))
            .default([])
            .describe(
                "Further destinations. Pods of the mesh's own namespace are behind its default deny: the rule also admits the mesh there, and lets them reach each other on these ports, and DNS",
            ),
    })
    .prefault({});
