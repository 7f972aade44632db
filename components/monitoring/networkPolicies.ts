import { isRollout } from "../../settings/mesh/delivery";
import type { types } from "@pulumi/kubernetes";
import { listOrNone } from "../shared/compact";
import type { Labels } from "../shared/labels";
import {
    cidrPeer,
    cidrPeers,
    destinationPeer,
    dnsPeers,
    dnsPods,
    namespacePeer,
    tcp,
    udp,
    urlPort,
} from "../shared/networkPolicy";
import { scrapesControlPlane, scrapesCoreDns } from "../../settings/monitoring/schema";
import { PORTS as SPIRE_PORTS } from "../../settings/spire/ports";
import { controllerSelector, PORTS as DELIVERY_PORTS } from "../delivery/names";
import { judgingPrometheus } from "../delivery/prometheus";
import { installsController } from "../../settings/mesh/delivery";
import type { MonitoringArgs } from "./args";
import { CHART, PORTS } from "./names";

type Spec = types.input.networking.v1.NetworkPolicySpec;
type Peer = types.input.networking.v1.NetworkPolicyPeer;
type Port = types.input.networking.v1.NetworkPolicyPort;

/** Labels that select the pods of each part; set by the chart and the operator unless noted otherwise. */
export const PODS = {
    prometheus: { "app.kubernetes.io/name": "prometheus" },
    alertmanager: { "app.kubernetes.io/name": "alertmanager" },
    grafana: { "app.kubernetes.io/name": "grafana" },
    kubeStateMetrics: { "app.kubernetes.io/name": "kube-state-metrics" },
    /** The operator, its webhook pods and the hooks that create the webhook's certificate. */
    operator: { "app.kubernetes.io/name": `${CHART}-prometheus-operator` },
    /** The hook that upgrades the CRDs; the chart values set this label. */
    crdUpgrade: { "app.kubernetes.io/name": "crds-prometheus-operator" },
} as const satisfies Record<string, Labels>;

/** Ports of scheduler, controller manager, etcd's metrics and kube-proxy on the nodes of a kubeadm cluster. */
const CONTROL_PLANE_PORTS = [10_259, 10_257, 2_381, 10_249];

/**
 * NetworkPolicy specifications of the main namespace by name. All traffic is denied by default; each policy allows one
 * kind of traffic.
 */
export function networkPolicySpecs(args: MonitoringArgs): Record<string, Spec> {
    const { chart, networkPolicy, prometheus, alertmanager } = args.settings;
    const apiServer = cidrPeers(networkPolicy.apiServerCidrs);
    const nodes = cidrPeers(networkPolicy.nodeCidrs);
    const apiServerPorts = networkPolicy.apiServerPorts.map(tcp);
    const controlPlane = scrapesControlPlane(args.settings) ? CONTROL_PLANE_PORTS : [];
    return {
        // All pods resolve each other, the API server or receivers by name.
        "allow-dns": egress({}, dnsPeers(networkPolicy), [udp(53), tcp(53)]),
        "prometheus-from-grafana": ingress(PODS.prometheus, [peer(PODS.grafana)], [tcp(PORTS.prometheus)]),
        "prometheus-api-server": egress(PODS.prometheus, apiServer, apiServerPorts),
        "prometheus-nodes": egress(
            PODS.prometheus,
            nodes,
            [PORTS.kubelet, PORTS.nodeExporter, ...controlPlane].map(tcp),
        ),
        "prometheus-workloads": egress(PODS.prometheus, [EVERY_OWN_POD], OWN_METRICS_PORTS.map(tcp)),
        "prometheus-mesh": egress(
            PODS.prometheus,
            [namespacePeer(args.mesh.namespace)],
            [tcp(args.mesh.ports.metrics)],
        ),
        ...(installsController(args.mesh)
            ? {
                  "prometheus-delivery": egress(
                      PODS.prometheus,
                      [namespacePeer(args.mesh.namespace, controllerSelector(args.environment))],
                      [tcp(DELIVERY_PORTS.metrics)],
                  ),
              }
            : {}),
        ...deliveryIngress(args),
        "prometheus-spire": egress(
            PODS.prometheus,
            [namespacePeer(args.spire.serverNamespace), namespacePeer(args.spire.systemNamespace)],
            [tcp(SPIRE_PORTS.metrics), tcp(SPIRE_PORTS.managerMetrics)],
        ),
        ...(scrapesCoreDns(args.settings)
            ? {
                  "prometheus-dns-metrics": egress(PODS.prometheus, [dnsPods(networkPolicy.dnsNamespace)], [tcp(9153)]),
              }
            : {}),
        ...Object.fromEntries(
            networkPolicy.egress.map((rule) => [
                `${rule.from}-egress-${rule.name}`,
                egress(PODS[rule.from], [destinationPeer(rule)], rule.ports),
            ]),
        ),
        ...Object.fromEntries(
            prometheus.remoteWrite.map(({ url, cidr, port }, index) => [
                `prometheus-remote-write-${index}`,
                egress(PODS.prometheus, [cidrPeer(cidr)], [tcp(port ?? urlPort(url))]),
            ]),
        ),
        // Targets are Prometheus, its other replica, Alertmanager, Grafana, the operator and kube-state-metrics.
        "metrics-from-prometheus": ingress({}, [peer(PODS.prometheus)], OWN_METRICS_PORTS.map(tcp)),
        "alertmanager-from-grafana": ingress(PODS.alertmanager, [peer(PODS.grafana)], [tcp(PORTS.alertmanager)]),
        "alertmanager-gossip": {
            podSelector: { matchLabels: PODS.alertmanager },
            policyTypes: ["Ingress", "Egress"],
            ingress: [{ from: [peer(PODS.alertmanager)], ports: GOSSIP }],
            egress: [{ to: [peer(PODS.alertmanager)], ports: GOSSIP }],
        },
        ...(alertmanager.receivers.length === 0 ? {} : { "alertmanager-receivers": receiversEgress(alertmanager) }),
        "grafana-data": egress(
            PODS.grafana,
            [peer(PODS.prometheus), peer(PODS.alertmanager)],
            [tcp(PORTS.prometheus), tcp(PORTS.alertmanager)],
        ),
        // The sidecars read dashboards and data sources from ConfigMaps.
        "grafana-api-server": egress(PODS.grafana, apiServer, apiServerPorts),
        // The API server connects from an address that no pod selector matches.
        "operator-webhook": ingress(PODS.operator, apiServer, [tcp(PORTS.operator)]),
        "operator-api-server": egress(PODS.operator, apiServer, apiServerPorts),
        ...(chart.type !== "existing" && chart.upgradeCrds
            ? { "crd-upgrade-api-server": egress(PODS.crdUpgrade, apiServer, apiServerPorts) }
            : {}),
        "kube-state-metrics-api-server": egress(PODS.kubeStateMetrics, apiServer, apiServerPorts),
    };
}

/** The controller of Rollouts asks Prometheus about new pods, where it judges them. */
function deliveryIngress({ environment, mesh, settings }: MonitoringArgs): Record<string, Spec> {
    const { delivery } = mesh;
    if (!isRollout(delivery) || judgingPrometheus(mesh, settings)?.namespace === undefined) {
        return {};
    }
    const { controller } = delivery;
    const from =
        controller.type === "install"
            ? namespacePeer(mesh.namespace, controllerSelector(environment))
            : namespacePeer(controller.namespace, controller.podLabels);
    return { "prometheus-from-delivery": ingress(PODS.prometheus, [from], [tcp(PORTS.prometheus)]) };
}

/** Ports of pods in this namespace that Prometheus scrapes or sends alerts to. */
const OWN_METRICS_PORTS = [
    ...new Set([
        PORTS.prometheus,
        PORTS.reloader,
        PORTS.alertmanager,
        PORTS.grafana,
        PORTS.operator,
        PORTS.kubeStateMetrics,
    ]),
];

const GOSSIP = [tcp(PORTS.gossip), udp(PORTS.gossip)];

/** Peer that selects all pods of the policy's own namespace. */
const EVERY_OWN_POD: Peer = { podSelector: {} };

/**
 * Egress to receivers: HTTPS to any address, the ports of mail servers, and additional destinations from the settings.
 */
function receiversEgress({ receivers, egress: more }: MonitoringArgs["settings"]["alertmanager"]): Spec {
    const mailPorts = receivers.flatMap((receiver) =>
        receiver.type === "email" ? [Number(receiver.smarthost.replace(/^.*:/, ""))] : [],
    );
    return {
        podSelector: podSelector(PODS.alertmanager),
        policyTypes: ["Egress"],
        egress: [
            { to: [cidrPeer("0.0.0.0/0"), cidrPeer("::/0")], ports: [...new Set([443, ...mailPorts])].map(tcp) },
            ...more.map(({ cidr, port }) => ({ to: [cidrPeer(cidr)], ports: [tcp(port)] })),
        ],
    };
}

/** Peer that selects pods of the policy's own namespace. */
function peer(podLabels: Labels): Peer {
    return namespacePeer(undefined, podLabels);
}

function ingress(pods: Labels, from: Peer[], ports: Port[]): Spec {
    return { podSelector: podSelector(pods), policyTypes: ["Ingress"], ingress: [{ from: listOrNone(from), ports }] };
}

function egress(pods: Labels, to: Peer[], ports: Port[]): Spec {
    return { podSelector: podSelector(pods), policyTypes: ["Egress"], egress: [{ to: listOrNone(to), ports }] };
}

function podSelector(pods: Labels): types.input.meta.v1.LabelSelector {
    return Object.keys(pods).length === 0 ? {} : { matchLabels: pods };
}
