import * as units from "@grafana/grafana-foundation-sdk/units";
import type { RuleContext } from "../rules";
import { RECORDS } from "../rules/records";
import { JOBS } from "../jobs";
import { glance, lines, row, stat, table } from "./kinds";
import type { DashboardSpec } from "./model";
import { NEVER_HAPPENED, NOT_RECORDED, NOT_RECORDED_NOTE } from "./notes";
import { grown, IN_NAMESPACE, OF_APP, OF_PODS, rate, sumBy, WINDOW } from "./promql";
import { anyIsBad, below, tooHigh } from "./thresholds";
import { MESH_VARIABLES } from "./variables";

const ERRORS = `${OF_APP}, status=~"5.."`;
const REQUESTS = "x0tta6bl4_requests_total";

/** Dashboard of errors: what is broken, since when, and how the mesh responds. */
export function errors({ settings }: RuleContext): DashboardSpec {
    const errorLimits = tooHigh(settings.errorPercent / 500, settings.errorPercent / 100);
    return {
        uid: "x0tta6bl4-errors",
        title: "Errors and health",
        question: "Is anything broken, and since when?",
        variables: MESH_VARIABLES,
        rows: [
            glance(
                stat({
                    title: "Alerts firing",
                    description: "Alerts of this namespace that fire now; the table below names them.",
                    unit: units.Number,
                    queries: [
                        { expr: `count (ALERTS{${IN_NAMESPACE}, alertstate="firing"}) or vector(0)`, legend: "firing" },
                    ],
                    thresholds: anyIsBad,
                }),
                stat({
                    title: "Pods that answer",
                    description:
                        "Share of the pods that answer Prometheus. Below 100 % with all pods Ready: the metrics port is wrong or closed.",
                    unit: units.PercentUnit,
                    queries: [{ expr: `avg (up{job="${JOBS.mesh}", ${IN_NAMESPACE}})`, legend: "up" }],
                    thresholds: below(1),
                    min: 0,
                    max: 1,
                    noValue: "no target",
                    alerts: ["X0tta6bl4MeshDown", "X0tta6bl4MetricsMissing"],
                }),
                stat({
                    title: "Failed requests",
                    description:
                        "Share of the requests that end with 5xx, or of failed health checks and outages while the app records too few requests. It is what the alert evaluates, over five minutes.",
                    unit: units.PercentUnit,
                    queries: [{ expr: `${RECORDS.errors("5m")}{${IN_NAMESPACE}}`, legend: "failed" }],
                    thresholds: errorLimits,
                    alerts: ["X0tta6bl4HighErrorRate"],
                }),
                stat({
                    title: "Failed health checks",
                    description:
                        "Share of the kubelets' checks that fail, of all kinds. Source: kubelet; it is there in every build of the app.",
                    unit: units.PercentUnit,
                    queries: [
                        {
                            expr: `${rate("prober_probe_total", `${OF_PODS}, result="failed"`)} / ${rate("prober_probe_total", OF_PODS)}`,
                            legend: "failed",
                        },
                    ],
                    thresholds: errorLimits,
                    alerts: ["X0tta6bl4HighErrorRate"],
                }),
                stat({
                    title: "Restarts, 1 h",
                    description: "Restarts of containers in the chosen pods.",
                    unit: units.Short,
                    queries: [
                        { expr: grown("kube_pod_container_status_restarts_total", OF_PODS, "1h"), legend: "restarts" },
                    ],
                    thresholds: anyIsBad,
                    alerts: ["X0tta6bl4CrashLooping"],
                }),
                stat({
                    title: "Database circuit breaker",
                    description:
                        "Worst state of the chosen pods. Open: the app has stopped to ask its database. Source: the app, at each statement.",
                    unit: units.Number,
                    queries: [
                        // 1 is open, 2 is half-open: the worst state is not the largest value.
                        {
                            expr: `max (x0tta6bl4_db_circuit_breaker_state{${OF_APP}} == 1) or max (x0tta6bl4_db_circuit_breaker_state{${OF_APP}})`,
                            legend: "state",
                        },
                    ],
                    words: {
                        "0": { text: "closed", color: "green" },
                        "1": { text: "open", color: "red" },
                        "2": { text: "half-open", color: "yellow" },
                    },
                    noValue: "no database",
                    alerts: ["X0tta6bl4CircuitBreakerOpen"],
                }),
            ),
            row(
                "Alerts",
                table({
                    title: "Alerts that fire or wait",
                    description:
                        "Alerts of this namespace. `pending` ones fire when their condition lasts. The runbook of each is named after it.",
                    unit: units.Number,
                    by: ["alertname", "severity", "alertstate"],
                    queries: [
                        {
                            expr: `${sumBy("alertname", "severity", "alertstate")} (ALERTS{${IN_NAMESPACE}})`,
                            legend: "Number",
                        },
                    ],
                    thresholds: anyIsBad,
                    noValue: "no alert",
                }),
            ),
            row(
                "Requests that fail",
                lines({
                    title: "Failed requests by status",
                    description: `5xx answers. ${NOT_RECORDED_NOTE}`,
                    unit: units.RequestsPerSecond,
                    queries: [{ expr: rate(REQUESTS, ERRORS, "status"), legend: "{{status}}" }],
                    stacked: true,
                    noValue: NOT_RECORDED,
                    alerts: ["X0tta6bl4HighErrorRate"],
                }),
                lines({
                    title: "Failed requests by route",
                    description: `The ten routes with most 5xx answers. ${NOT_RECORDED_NOTE}`,
                    unit: units.RequestsPerSecond,
                    queries: [{ expr: `topk(10, ${rate(REQUESTS, ERRORS, "endpoint")})`, legend: "{{endpoint}}" }],
                    noValue: NOT_RECORDED,
                }),
                lines({
                    title: "Failed health checks by pod",
                    description: "Liveness ends in a restart, Readiness takes the pod out of its Service.",
                    unit: units.OpsPerSecond,
                    queries: [
                        {
                            expr: rate("prober_probe_total", `${OF_PODS}, result="failed"`, "pod", "probe_type"),
                            legend: "{{pod}} {{probe_type}}",
                        },
                    ],
                    thresholds: anyIsBad,
                    noValue: NEVER_HAPPENED,
                    width: 24,
                }),
            ),
            row(
                "Pods",
                lines({
                    title: "Pods that are not Ready",
                    description: "1 while a pod is out of its Service.",
                    unit: units.Number,
                    queries: [
                        {
                            expr: `${sumBy("pod")} (kube_pod_status_ready{${OF_PODS}, condition=~"false|unknown"}) > 0`,
                            legend: "{{pod}}",
                        },
                    ],
                    thresholds: anyIsBad,
                    min: 0,
                    noValue: "all pods are Ready",
                }),
                lines({
                    title: "Why containers wait",
                    description: "CrashLoopBackOff, ImagePullBackOff and the like, by pod.",
                    unit: units.Number,
                    queries: [
                        {
                            expr: `${sumBy("pod", "reason")} (kube_pod_container_status_waiting_reason{${OF_PODS}}) > 0`,
                            legend: "{{pod}} {{reason}}",
                        },
                    ],
                    thresholds: anyIsBad,
                    min: 0,
                    noValue: "no container waits",
                    alerts: ["X0tta6bl4CrashLooping"],
                }),
                lines({
                    title: "Restarts, 1 h",
                    description: "By pod, in the hour before.",
                    unit: units.Short,
                    queries: [
                        {
                            expr: `${sumBy("pod")} (increase(kube_pod_container_status_restarts_total{${OF_PODS}}[1h]))`,
                            legend: "{{pod}}",
                        },
                    ],
                    thresholds: anyIsBad,
                }),
                table({
                    title: "Why containers ended last",
                    description:
                        "OOMKilled: the memory limit is too low. Error: see the previous container's logs with kubectl logs --previous.",
                    unit: units.Number,
                    by: ["pod", "container", "reason"],
                    queries: [
                        {
                            expr: `${sumBy("pod", "container", "reason")} (kube_pod_container_status_last_terminated_reason{${OF_PODS}})`,
                            legend: "Ended",
                        },
                    ],
                    noValue: NEVER_HAPPENED,
                    width: 12,
                }),
            ),
            row(
                "Self-healing",
                lines({
                    title: "Events by type",
                    description:
                        "Problems that the app detected and repaired itself. Source: the app, while its MAPE-K loop runs.",
                    unit: units.OpsPerSecond,
                    queries: [
                        {
                            expr: rate("x0tta6bl4_self_healing_events_total", OF_APP, "event_type"),
                            legend: "{{event_type}}",
                        },
                    ],
                    noValue: NEVER_HAPPENED,
                }),
                lines({
                    title: "Time to recover, p95",
                    description: "From the event to the end of the recovery, by type of recovery.",
                    unit: units.Seconds,
                    queries: [
                        {
                            expr: `histogram_quantile(0.95, sum by (le, recovery_type) (rate(x0tta6bl4_self_healing_mttr_seconds_bucket{${OF_APP}}[${WINDOW}])))`,
                            legend: "{{recovery_type}}",
                        },
                    ],
                    noValue: NEVER_HAPPENED,
                    alerts: ["X0tta6bl4SelfHealingSlow"],
                }),
            ),
            row(
                "What the alerts see",
                lines({
                    title: "Targets that answer",
                    description:
                        "Share of each job's targets that answer Prometheus. Below 1, or without a line, the alerts that need them are blind.",
                    unit: units.PercentUnit,
                    queries: [
                        {
                            expr: `avg by (job) (up{job="${JOBS.mesh}", ${IN_NAMESPACE}}) or avg by (job) (up{job=~"kube-state-metrics|kubelet"})`,
                            legend: "{{job}}",
                        },
                    ],
                    thresholds: below(1),
                    min: 0,
                    max: 1,
                    alerts: ["X0tta6bl4MetricsMissing", "ClusterMetricsMissing"],
                }),
                lines({
                    title: "Samples of a scrape",
                    description:
                        "By pod. A climb means that some label has ever more values, and Prometheus ever less memory.",
                    unit: units.Short,
                    queries: [{ expr: `max by (pod) (scrape_samples_scraped{${OF_APP}})`, legend: "{{pod}}" }],
                    thresholds: tooHigh(settings.seriesPerTarget / 2, settings.seriesPerTarget),
                    min: 0,
                    alerts: ["X0tta6bl4TooManySeries"],
                }),
            ),
        ],
    };
}
