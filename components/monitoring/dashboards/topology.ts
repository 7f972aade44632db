import * as units from "@grafana/grafana-foundation-sdk/units";
import { JOBS } from "../jobs";
import type { RuleContext } from "../rules/types";
import { glance, lines, row, stat, table } from "./kinds";
import type { DashboardSpec } from "./model";
import { NOT_RECORDED, NOT_RECORDED_NOTE } from "./notes";
import { IN_NAMESPACE, mean, named, OF_APP, OF_PODS, quantile, rate, WINDOW } from "./promql";
import { anyIsBad, below, tooHigh } from "./thresholds";
import { MESH_VARIABLES } from "./variables";
import { versionsRow } from "./versions";
import { workloadPods } from "./workload";

/** Adds the label `node` to a value by pod. */
function onNodes(byPod: string): string {
    return `sum by (pod, node) (${byPod} * on (namespace, pod) group_left (node) kube_pod_info{${OF_PODS}})`;
}

/** Dashboard of topology: the number of pods, their placement, and the traffic between them. */
export function topology({ mesh: { delivery } }: Pick<RuleContext, "mesh">): DashboardSpec {
    const { wanted, available } = workloadPods(delivery);
    return {
        uid: "x0tta6bl4-topology",
        title: "Mesh topology",
        question: "Is the mesh complete, and how is it spread over the cluster?",
        variables: MESH_VARIABLES,
        rows: [
            glance(
                stat({
                    title: "Available pods",
                    description: "Pods that are Ready and serve. Source: kube-state-metrics.",
                    unit: units.Number,
                    queries: [
                        {
                            expr: available,
                            legend: "available",
                        },
                    ],
                    thresholds: below(1),
                    alerts: ["X0tta6bl4MeshDown"],
                }),
                stat({
                    title: "Missing pods",
                    description: "Wanted, but not available. Some are missing for a while during a rollout.",
                    unit: units.Number,
                    queries: [
                        {
                            expr: `${wanted} - ${available}`,
                            legend: "missing",
                        },
                    ],
                    thresholds: anyIsBad,
                    alerts: ["X0tta6bl4ReplicasMissing"],
                }),
                stat({
                    title: "Nodes in use",
                    description: "Nodes that carry a mesh pod. With one, its loss is the loss of the mesh.",
                    unit: units.Number,
                    queries: [{ expr: `count (count by (node) (kube_pod_info{${OF_PODS}}))`, legend: "nodes" }],
                    thresholds: below(2),
                }),
                stat({
                    title: "Most pods on one node",
                    description: "Share of the pods that the loss of a single node would take.",
                    unit: units.PercentUnit,
                    queries: [
                        {
                            expr: `max (count by (node) (kube_pod_info{${OF_PODS}})) / scalar(count (kube_pod_info{${OF_PODS}}))`,
                            legend: "share",
                        },
                    ],
                    thresholds: tooHigh(0.51, 0.99),
                    min: 0,
                    max: 1,
                }),
                stat({
                    title: "Evictions allowed now",
                    description:
                        "Pods that a node drain may take at this moment, by the PodDisruptionBudget. At 0 a drain waits.",
                    unit: units.Number,
                    queries: [
                        {
                            expr: `min (kube_poddisruptionbudget_status_pod_disruptions_allowed{${named("poddisruptionbudget")}})`,
                            legend: "pods",
                        },
                    ],
                    thresholds: below(1),
                    noValue: "no budget",
                }),
                stat({
                    title: "Autoscaler, of its maximum",
                    description: "At 100 % it can add no more pods, whatever the load.",
                    unit: units.PercentUnit,
                    queries: [
                        {
                            expr: `max (kube_horizontalpodautoscaler_status_current_replicas{${named("horizontalpodautoscaler")}}) / max (kube_horizontalpodautoscaler_spec_max_replicas{${named("horizontalpodautoscaler")}})`,
                            legend: "of maximum",
                        },
                    ],
                    thresholds: tooHigh(0.8, 1),
                    noValue: "no autoscaler",
                    alerts: ["X0tta6bl4AutoscalerAtMaximum"],
                    min: 0,
                    max: 1,
                }),
            ),
            row(
                "Placement",
                table({
                    title: "Pods",
                    description: "The chosen pods with their nodes. Ready: 1 is yes. Traffic is over the last minutes.",
                    unit: units.Number,
                    by: ["pod", "node"],
                    queries: [
                        {
                            expr: onNodes(
                                `sum by (namespace, pod) (kube_pod_status_ready{${OF_PODS}, condition="true"})`,
                            ),
                            legend: "Ready",
                        },
                        {
                            expr: onNodes(
                                `sum by (namespace, pod) (kube_pod_container_status_restarts_total{${OF_PODS}})`,
                            ),
                            legend: "Restarts",
                        },
                        {
                            expr: onNodes(
                                `sum by (namespace, pod) (rate(container_network_receive_bytes_total{${OF_PODS}}[${WINDOW}]))`,
                            ),
                            legend: "Received",
                            unit: units.BytesPerSecondSI,
                        },
                        {
                            expr: onNodes(
                                `sum by (namespace, pod) (rate(container_network_transmit_bytes_total{${OF_PODS}}[${WINDOW}]))`,
                            ),
                            legend: "Sent",
                            unit: units.BytesPerSecondSI,
                        },
                    ],
                }),
                lines({
                    title: "Pods by node",
                    description: "How the pods move between the nodes.",
                    unit: units.Number,
                    queries: [{ expr: `count by (node) (kube_pod_info{${OF_PODS}})`, legend: "{{node}}" }],
                    stacked: true,
                }),
                lines({
                    title: "Pods wanted, available and scraped",
                    description:
                        "All three lines meet when everything is well. `scraped` lies below where Prometheus gets no answer from a pod that serves.",
                    unit: units.Number,
                    queries: [
                        { expr: wanted, legend: "wanted" },
                        {
                            expr: available,
                            legend: "available",
                        },
                        { expr: `sum (up{job="${JOBS.mesh}", ${IN_NAMESPACE}})`, legend: "scraped" },
                    ],
                    min: 0,
                    alerts: ["X0tta6bl4MetricsMissing"],
                }),
            ),
            ...(delivery !== "rolling" ? [versionsRow()] : []),
            row(
                "Traffic of the pods",
                lines({
                    title: "Received",
                    description: "All bytes that arrive at a pod, of requests, peers and probes. Source: cAdvisor.",
                    unit: units.BytesPerSecondSI,
                    queries: [
                        { expr: rate("container_network_receive_bytes_total", OF_PODS, "pod"), legend: "{{pod}}" },
                    ],
                }),
                lines({
                    title: "Sent",
                    description: "All bytes that leave a pod. Source: cAdvisor.",
                    unit: units.BytesPerSecondSI,
                    queries: [
                        { expr: rate("container_network_transmit_bytes_total", OF_PODS, "pod"), legend: "{{pod}}" },
                    ],
                }),
                lines({
                    title: "Lost packets",
                    description: "Packets that a pod's interface dropped, in both directions. Source: cAdvisor.",
                    unit: units.PacketsPerSecond,
                    queries: [
                        {
                            expr: rate("container_network_receive_packets_dropped_total", OF_PODS, "pod"),
                            legend: "{{pod}} in",
                        },
                        {
                            expr: rate("container_network_transmit_packets_dropped_total", OF_PODS, "pod"),
                            legend: "{{pod}} out",
                        },
                    ],
                    thresholds: anyIsBad,
                    width: 24,
                }),
            ),
            row(
                "Peers, as the app sees them",
                lines({
                    title: "Active nodes and peers",
                    description: `Nodes and peers of the mesh by node. ${NOT_RECORDED_NOTE} The number of active nodes is 0 until then, so rely on the pods above.`,
                    unit: units.Number,
                    queries: [
                        {
                            expr: `max by (node_id) (x0tta6bl4_mesh_peers_count{${OF_APP}})`,
                            legend: "peers of {{node_id}}",
                        },
                        { expr: `max (x0tta6bl4_mesh_nodes_active{${OF_APP}} > 0)`, legend: "active nodes" },
                    ],
                    noValue: NOT_RECORDED,
                }),
                lines({
                    title: "Latency between peers, p95",
                    description: `Round trips between mesh nodes. ${NOT_RECORDED_NOTE}`,
                    unit: units.Seconds,
                    queries: [
                        {
                            expr: quantile(0.95, "x0tta6bl4_mesh_latency_seconds", OF_APP, "peer_id"),
                            legend: "{{peer_id}}",
                        },
                    ],
                    noValue: NOT_RECORDED,
                }),
                lines({
                    title: "Self-healing events",
                    description:
                        "What the app's self-healing did, by type of event. Source: the app, while its MAPE-K loop runs.",
                    unit: units.OpsPerSecond,
                    queries: [
                        {
                            expr: rate("x0tta6bl4_self_healing_events_total", OF_APP, "event_type"),
                            legend: "{{event_type}}",
                        },
                    ],
                    noValue: "has not happened",
                }),
                lines({
                    title: "Time to recover, mean",
                    description:
                        "From the event to the end of the recovery, by type. Source: the app, while its MAPE-K loop runs.",
                    unit: units.Seconds,
                    queries: [
                        {
                            expr: mean("x0tta6bl4_self_healing_mttr_seconds", OF_APP, "recovery_type"),
                            legend: "{{recovery_type}}",
                        },
                    ],
                    alerts: ["X0tta6bl4SelfHealingSlow"],
                    noValue: "has not happened",
                }),
            ),
        ],
    };
}
