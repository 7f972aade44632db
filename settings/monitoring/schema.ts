import { z } from "zod";
import { alertmanager } from "./alertmanager";
import { monitoringAlerts } from "./alerts";
import { monitoringChart } from "./chart";
import { grafana } from "./grafana";
import { monitoringImages } from "./images";
import { prometheus } from "./prometheus";
import { apiServerPorts } from "../shared/network";
import * as p from "../shared/primitives";
import { containerResources } from "../spire/server";

/** At least one IP range: an empty list in a NetworkPolicy would mean everywhere. */
const cidrs = z.array(p.cidr).min(1, { error: "at least one IP range" });

/** Everything about monitoring: Prometheus, its operator and exporters, Alertmanager, Grafana. */
export const monitoringSchema = z.strictObject({
    enabled: z.boolean().default(true).describe("Make monitoring: the chart, ServiceMonitors, rules and dashboards"),
    chart: monitoringChart,
    clusterFlavour: z
        .enum(["kubeadm", "k3s", "kind", "minikube", "managed"])
        .default("managed")
        .describe(
            "Kind of cluster: only kubeadm lets Prometheus reach scheduler, controller manager, etcd and kube-proxy",
        ),
    namespace: p.dnsLabel.default("monitoring").describe("Namespace of everything but node-exporter"),
    nodeNamespace: p.dnsLabel
        .default("monitoring-node")
        .describe("Namespace of node-exporter, which needs the host (Pod Security privileged)"),
    podSecurityVersion: p
        .text(/^(latest|v1\.\d{1,3})$/, "latest or a Kubernetes minor version such as v1.36")
        .default("latest")
        .describe("Version of the Pod Security Standards in both namespaces"),
    images: monitoringImages,
    prometheus,
    alertmanager,
    grafana,
    alerts: monitoringAlerts,
    dashboards: z
        .boolean()
        .default(true)
        .describe(
            "Make the dashboards; false where another stack made them for the same Grafana: they show all stacks",
        ),
    operator: z
        .strictObject({
            resources: containerResources({
                requests: { cpu: "50m", memory: "96Mi" },
                limits: { cpu: "200m", memory: "256Mi" },
            }),
            reloaderResources: containerResources({
                requests: { cpu: "10m", memory: "32Mi" },
                limits: { cpu: "200m", memory: "64Mi" },
            }),
            webhook: z
                .strictObject({
                    failurePolicy: z
                        .enum(["Ignore", "IgnoreOnInstallOnly"])
                        .default("Ignore")
                        .describe(
                            "What happens to rules while nobody checks them; the second refuses them after the install",
                        ),
                    replicas: z
                        .int({ error: "a whole number of at least 0" })
                        .min(0)
                        .max(10)
                        .default(0)
                        .describe("Pods that only check rules; 0: the operator itself does"),
                    resources: containerResources({
                        requests: { cpu: "10m", memory: "32Mi" },
                        limits: { cpu: "100m", memory: "96Mi" },
                    }),
                })
                .prefault({}),
        })
        .prefault({}),
    kubeStateMetrics: z
        .strictObject({
            resources: containerResources({
                requests: { cpu: "20m", memory: "64Mi" },
                limits: { cpu: "200m", memory: "192Mi" },
            }),
        })
        .prefault({}),
    nodeExporter: z
        .strictObject({
            enabled: z.boolean().default(true).describe("Run node-exporter on every node"),
            resources: containerResources({
                requests: { cpu: "20m", memory: "32Mi" },
                limits: { cpu: "200m", memory: "64Mi" },
            }),
        })
        .prefault({}),
    networkPolicy: z
        .strictObject({
            enabled: z.boolean().default(true).describe("Create the NetworkPolicies of both namespaces"),
            apiServerCidrs: cidrs
                .default(["0.0.0.0/0", "::/0"])
                .describe(
                    "Where the API server is; all addresses are everywhere, also to Cilium, whose narrower ranges leave nodes out",
                ),
            apiServerPorts,
            nodeCidrs: cidrs
                .default(["0.0.0.0/0", "::/0"])
                .describe("Where the nodes are: kubelets (10250), node-exporter (9100) and the control plane"),
            dnsNamespace: p.dnsLabel.default("kube-system").describe("Namespace of cluster DNS"),
            dnsCidrs: z.array(p.cidr).default([]).describe("Further DNS servers, e.g. of NodeLocal DNSCache"),
        })
        .prefault({}),
});

/** Whether operator, Prometheus, Alertmanager and Grafana are this stack's own. */
export function ownsOperator({
    enabled,
    chart,
}: Pick<z.output<typeof monitoringSchema>, "enabled" | "chart">): boolean {
    return enabled && chart.type !== "existing";
}
