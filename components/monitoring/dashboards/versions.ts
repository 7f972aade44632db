import * as units from "@grafana/grafana-foundation-sdk/units";
import { APP } from "../../mesh/names";
import { lines, row } from "./kinds";
import { NEVER_HAPPENED, NOT_RECORDED, NOT_RECORDED_NOTE } from "./notes";
import { IN_NAMESPACE, OF_APP, OF_CONTAINERS, WINDOW } from "./promql";

/** ReplicaSets of the mesh: one for each version. */
const OF_VERSIONS = `${IN_NAMESPACE}, replicaset=~".+-${APP}-[a-z0-9]+"`;

/** Puts the label `version` on values by pod: the hash in the pod's name. */
function byVersion(expr: string): string {
    return `label_replace(${expr}, "version", "$1", "pod", ".+-${APP}-([a-z0-9]+)-[a-z0-9]+")`;
}

/** Sum by version of the rates of a counter of the app. */
function rates(metric: string, ...more: string[]): string {
    const counter = `rate(${metric}{${[OF_APP, ...more].join(", ")}}[${WINDOW}])`;
    return `sum by (version) (${byVersion(counter)})`;
}

/** The new version beside the old one, while a canary is under way; one line otherwise. */
export function versionsRow() {
    const failed = rates("x0tta6bl4_requests_total", 'status=~"5.."');
    const seconds = (part: string) => rates(`x0tta6bl4_request_duration_seconds_${part}`);
    const probes = (more: string) =>
        `sum by (version) (${byVersion(`rate(prober_probe_total{${OF_CONTAINERS}${more}}[${WINDOW}])`)})`;
    return row(
        "Canary against stable",
        lines({
            title: "Ready pods by version",
            description: "Pods of each ReplicaSet that has any. Two lines are a new version under way.",
            unit: units.Number,
            queries: [{ expr: `kube_replicaset_status_ready_replicas{${OF_VERSIONS}} > 0`, legend: "{{replicaset}}" }],
            min: 0,
            alerts: ["X0tta6bl4RolloutAborted", "X0tta6bl4RolloutWaiting"],
        }),
        lines({
            title: "Failed health checks by version",
            description: "Share of the kubelets' checks of each version that fail. Source: kubelet.",
            unit: units.PercentUnit,
            queries: [{ expr: `${probes(', result!="successful"')} / ${probes("")}`, legend: "{{version}}" }],
            min: 0,
            noValue: NEVER_HAPPENED,
        }),
        lines({
            title: "Failed requests by version",
            description: `Share of the requests of each version that end with 5xx. ${NOT_RECORDED_NOTE}`,
            unit: units.PercentUnit,
            queries: [{ expr: `${failed} / ${rates("x0tta6bl4_requests_total")}`, legend: "{{version}}" }],
            min: 0,
            noValue: NOT_RECORDED,
        }),
        lines({
            title: "Mean latency by version",
            description: `Mean duration of the requests of each version. ${NOT_RECORDED_NOTE}`,
            unit: units.Seconds,
            queries: [{ expr: `${seconds("sum")} / ${seconds("count")}`, legend: "{{version}}" }],
            min: 0,
            noValue: NOT_RECORDED,
        }),
    );
}
