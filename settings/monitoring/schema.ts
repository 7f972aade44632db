import { z } from "zod";
import { alertmanager } from "./alertmanager";
import { monitoringAlerts } from "./alerts";
import { monitoringChart } from "./chart";
import { grafana } from "./grafana";
import { monitoringImages } from "./images";
import { prometheus } from "./prometheus";
import { egressFields, oneDestination } from "../shared/egress";
import * as p from "../shared/primitives";
import { BURST_CPU, containerResources } from "../shared/resources";

/** Pods of monitoring to which rules of egress can be added. */
const EGRESS_FROM = ["prometheus", "alertmanager", "grafana"] as const;

/** Longest name of a rule: behind the pods, as in `alertmanager-egress-NAME`, it is the value of a label. */
const EGRESS_NAME = 63 - Math.max(...EGRESS_FROM.map((pods) => `${pods}-egress-`.length));

/** Schema of the `monitoring` section: Prometheus, its operator and exporters, Alertmanager, Grafana. */
export const monitoringSchema = z.strictObject({
    enabled: z.boolean().default(true).describe("Install monitoring: the chart, ServiceMonitors, rules and dashboards"),
    chart: monitoringChart,
    clusterFlavour: z
        .enum(["kubeadm", "k3s", "kind", "minikube", "managed", "gke", "eks", "aks", "openshift"])
        .default("managed")
        .describe(
            "Kind of cluster; only on kubeadm can Prometheus reach scheduler, controller manager, etcd and kube-proxy; gke and openshift have no CoreDNS in kube-system; managed: any other service",
        ),
    controlPlane: z
        .boolean()
        .optional()
        .describe(
            "Scrape scheduler, controller manager, etcd and kube-proxy, with their alerts; unset: on kubeadm only",
        ),
    coreDns: z
        .boolean()
        .optional()
        .describe("Scrape CoreDNS (pods with k8s-app=kube-dns, port 9153); unset: not on gke and openshift"),
    namespace: p.ownNamespace.default("monitoring").describe("Namespace of everything except node-exporter"),
    nodeNamespace: p.ownNamespace
        .default("monitoring-node")
        .describe("Namespace of node-exporter, which accesses the host (Pod Security privileged)"),
    podSecurityVersion: p.podSecurityVersion
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
            "Create the dashboards; false if another stack creates them for the same Grafana, since they cover all stacks",
        ),
    operator: z
        .strictObject({
            resources: containerResources({
                requests: { cpu: "50m", memory: "96Mi" },
                limits: { cpu: BURST_CPU, memory: "256Mi" },
            }),
            reloaderResources: containerResources({
                requests: { cpu: "10m", memory: "32Mi" },
                limits: { cpu: BURST_CPU, memory: "64Mi" },
            }),
            webhook: z
                .strictObject({
                    failurePolicy: z
                        .enum(["Ignore", "IgnoreOnInstallOnly"])
                        .default("Ignore")
                        .describe(
                            "What happens to rules while the webhook is unavailable; IgnoreOnInstallOnly rejects them once installed",
                        ),
                    replicas: z
                        .int({ error: "a whole number of at least 0" })
                        .min(0)
                        .max(10)
                        .default(0)
                        .describe("Pods dedicated to validating rules; 0: the operator validates them itself"),
                    resources: containerResources({
                        requests: { cpu: "10m", memory: "32Mi" },
                        limits: { cpu: BURST_CPU, memory: "96Mi" },
                    }),
                })
                .prefault({}),
        })
        .prefault({}),
    kubeStateMetrics: z
        .strictObject({
            resources: containerResources({
                requests: { cpu: "20m", memory: "64Mi" },
                limits: { cpu: BURST_CPU, memory: "192Mi" },
            }),
        })
        .prefault({}),
    nodeExporter: z
        .strictObject({
            enabled: z.boolean().default(true).describe("Run node-exporter on every node"),
            hostRootFsMount: z
                .boolean()
                .default(true)
                .describe(
                    "Mount the node's root, for figures about its file systems; false where a node's root is not a shared mount, e.g. k3d",
                ),
            resources: containerResources({
                requests: { cpu: "20m", memory: "32Mi" },
                limits: { cpu: BURST_CPU, memory: "64Mi" },
            }),
        })
        .prefault({}),
    networkPolicy: z
        .strictObject({
            enabled: z.boolean().default(true).describe("Create the NetworkPolicies of both namespaces"),
            apiServerCidrs: p.cidrs
                .default(["0.0.0.0/0", "::/0"])
                .describe(
                    "IP ranges of the API server. Keep the default with Cilium: it does not match nodes by narrower ranges",
                ),
            apiServerPorts: p.apiServerPorts,
            nodeCidrs: p.cidrs
                .default(["0.0.0.0/0", "::/0"])
                .describe("IP ranges of the nodes: kubelets (10250), node-exporter (9100) and the control plane"),
            dnsNamespace: p.dnsLabel.default("kube-system").describe("Namespace of cluster DNS"),
            dnsCidrs: z
                .array(p.cidr)
                .default([])
                .describe("IP ranges of further DNS servers, e.g. of NodeLocal DNSCache"),
            egress: z
                .array(
                    oneDestination(
                        z.strictObject({
                            ...egressFields("monitoring", EGRESS_NAME),
                            from: z.enum(EGRESS_FROM).describe("Pods that may reach the destination"),
                        }),
                    ),
                )
                .default([])
                .describe("Further destinations: scrape targets and Grafana data sources of your own"),
        })
        .prefault({}),
});

/** Settings of monitoring, validated and with defaults. */
export type MonitoringSettings = z.output<typeof monitoringSchema>;

/**
 * Whether Prometheus can reach scheduler, controller manager, etcd and kube-proxy; otherwise their targets would always
 * be down.
 */
export function scrapesControlPlane({
    clusterFlavour,
    controlPlane,
}: Pick<MonitoringSettings, "clusterFlavour" | "controlPlane">): boolean {
    return controlPlane ?? clusterFlavour === "kubeadm";
}

/**
 * Whether Prometheus can scrape cluster DNS as CoreDNS. GKE runs kube-dns, or Cloud DNS without any pods; OpenShift
 * runs its DNS in a separate namespace, behind kube-rbac-proxy.
 */
export function scrapesCoreDns({
    clusterFlavour,
    coreDns,
}: Pick<MonitoringSettings, "clusterFlavour" | "coreDns">): boolean {
    return coreDns ?? !["gke", "openshift"].includes(clusterFlavour);
}

/** Whether this stack installs the operator, Prometheus, Alertmanager and Grafana. */
export function ownsOperator({ enabled, chart }: Pick<MonitoringSettings, "enabled" | "chart">): boolean {
    return enabled && chart.type !== "existing";
}
