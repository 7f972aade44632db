import * as units from "@grafana/grafana-foundation-sdk/units";
import type { RuleContext } from "../rules";
import { RECORDS } from "../rules/records";
import { glance, lines, row, stat } from "./kinds";
import type { DashboardSpec, Query } from "./model";
import { NEVER_HAPPENED, NOT_RECORDED, NOT_RECORDED_NOTE } from "./notes";
import { IN_NAMESPACE, OF_APP, OF_CONTAINERS, OF_PODS, quantile, rate, sumBy, WINDOW } from "./promql";
import { tooHigh } from "./thresholds";
import { MESH_VARIABLES } from "./variables";

const LATENCY = "x0tta6bl4_request_duration_seconds";
const PROBE = "prober_probe_duration_seconds";
const CYCLE = "x0tta6bl4_mapek_cycle_duration_seconds";

/** Liveness probes of the kubelet: the only requests to the app that are measured in every build. */
const LIVENESS = `${OF_PODS}, probe_type="Liveness"`;

const THROTTLED = `sum (rate(container_cpu_cfs_throttled_periods_total{${OF_CONTAINERS}}[${WINDOW}])) / sum (rate(container_cpu_cfs_periods_total{${OF_CONTAINERS}}[${WINDOW}]))`;

/** Queries for p50, p95 and p99 of a histogram. */
function quantiles(metric: string, labels: string): Query[] {
    return [0.5, 0.95, 0.99].map((q) => ({ expr: quantile(q, metric, labels), legend: `p${q * 100}` }));
}

/** Dashboard of performance: how fast the app responds, and what it waits for. */
export function performance({ settings }: RuleContext): DashboardSpec {
    const latencyLimits = tooHigh(settings.latencySeconds / 2, settings.latencySeconds);
    const phaseLimits = tooHigh(settings.mapekPhaseSeconds / 2, settings.mapekPhaseSeconds);
    return {
        uid: "x0tta6bl4-performance",
        title: "Performance and latency",
        question: "Is the mesh fast enough, and what slows it down?",
        variables: MESH_VARIABLES,
        rows: [
            glance(
                stat({
                    title: "Requests",
                    description: `Requests to the app, of all routes. ${NOT_RECORDED_NOTE} Until then the traffic of Mesh topology shows whether the pods are busy.`,
                    unit: units.RequestsPerSecond,
                    queries: [{ expr: rate("x0tta6bl4_requests_total", OF_APP), legend: "requests" }],
                    noValue: NOT_RECORDED,
                }),
                stat({
                    title: "Latency, p95",
                    description:
                        "Time that 95 % of the requests stay below, or of the health checks while the app records too few requests. It is what the alert evaluates, over five minutes.",
                    unit: units.Seconds,
                    queries: [{ expr: `${RECORDS.latency}{${IN_NAMESPACE}}`, legend: "p95" }],
                    thresholds: latencyLimits,
                    alerts: ["X0tta6bl4HighLatency"],
                }),
                stat({
                    title: "Health check, p95",
                    description:
                        "Time of GET /health as the kubelets measure it, every 10 s on each pod. It needs nothing of the app, so it is there in every build. Source: kubelet.",
                    unit: units.Seconds,
                    queries: [{ expr: quantile(0.95, PROBE, LIVENESS), legend: "p95" }],
                    thresholds: latencyLimits,
                    alerts: ["X0tta6bl4HighLatency"],
                }),
                stat({
                    title: "MAPE-K cycle, p95",
                    description:
                        "Time of one phase of the control loop; it should fit well into its interval of 5 s. Source: the app, while the loop runs.",
                    unit: units.Seconds,
                    queries: [{ expr: quantile(0.95, CYCLE, OF_APP), legend: "p95" }],
                    thresholds: phaseLimits,
                    noValue: "the loop does not run",
                    alerts: ["X0tta6bl4MapekSlow"],
                }),
                stat({
                    title: "CPU throttled",
                    description:
                        "Share of the scheduler's periods in which a pod wanted more CPU than its limit. Latency grows with it. Source: cAdvisor.",
                    unit: units.PercentUnit,
                    queries: [{ expr: THROTTLED, legend: "throttled" }],
                    thresholds: tooHigh(0.1, 0.25),
                    min: 0,
                    max: 1,
                    alerts: ["X0tta6bl4CpuPressure"],
                }),
                stat({
                    title: "CPU of the limit",
                    description: "Use of all chosen pods together, of their limits together.",
                    unit: units.PercentUnit,
                    queries: [
                        {
                            expr: `sum (rate(container_cpu_usage_seconds_total{${OF_CONTAINERS}}[${WINDOW}])) / sum (kube_pod_container_resource_limits{${OF_CONTAINERS}, resource="cpu"})`,
                            legend: "of the limit",
                        },
                    ],
                    thresholds: tooHigh((settings.cpuPercent - 20) / 100, settings.cpuPercent / 100),
                    min: 0,
                    max: 1,
                }),
            ),
            row(
                "Requests",
                lines({
                    title: "Requests by route",
                    description: `Where the load comes from. ${NOT_RECORDED_NOTE}`,
                    unit: units.RequestsPerSecond,
                    queries: [
                        {
                            expr: `topk(10, ${RECORDS.endpointRequests}{${IN_NAMESPACE}})`,
                            legend: "{{endpoint}}",
                        },
                    ],
                    stacked: true,
                    noValue: NOT_RECORDED,
                }),
                lines({
                    title: "Latency of requests",
                    description: `Median and tail. A tail that leaves the median means that something waits now and then. ${NOT_RECORDED_NOTE}`,
                    unit: units.Seconds,
                    queries: quantiles(LATENCY, OF_APP),
                    thresholds: latencyLimits,
                    min: 0,
                    noValue: NOT_RECORDED,
                    alerts: ["X0tta6bl4HighLatency"],
                }),
                lines({
                    title: "Slowest routes, p95",
                    description: `The ten slowest. ${NOT_RECORDED_NOTE}`,
                    unit: units.Seconds,
                    queries: [
                        { expr: `topk(10, ${RECORDS.endpointDuration.p95}{${IN_NAMESPACE}})`, legend: "{{endpoint}}" },
                    ],
                    thresholds: latencyLimits,
                    min: 0,
                    noValue: NOT_RECORDED,
                }),
                lines({
                    title: "Slowest pods, p95",
                    description: `One pod above the others: look at its node and at its CPU below. ${NOT_RECORDED_NOTE}`,
                    unit: units.Seconds,
                    queries: [{ expr: `topk(10, ${quantile(0.95, LATENCY, OF_APP, "pod")})`, legend: "{{pod}}" }],
                    thresholds: latencyLimits,
                    min: 0,
                    noValue: NOT_RECORDED,
                }),
            ),
            row(
                "Health checks, as the kubelets see them",
                lines({
                    title: "Health check latency",
                    description:
                        "GET /health on all chosen pods. What slows this down slows every request down: CPU limits, a blocked event loop, the node.",
                    unit: units.Seconds,
                    queries: quantiles(PROBE, LIVENESS),
                    thresholds: latencyLimits,
                    min: 0,
                }),
                lines({
                    title: "Health check latency by pod, p95",
                    description: "Shows whether one pod or the whole mesh is slow.",
                    unit: units.Seconds,
                    queries: [{ expr: quantile(0.95, PROBE, LIVENESS, "pod"), legend: "{{pod}}" }],
                    thresholds: latencyLimits,
                    min: 0,
                }),
            ),
            row(
                "Control loop (MAPE-K)",
                lines({
                    title: "Duration by phase, p95",
                    description: "Monitor, analyze, plan, execute and knowledge. Source: the app, while the loop runs.",
                    unit: units.Seconds,
                    queries: [{ expr: quantile(0.95, CYCLE, OF_APP, "phase"), legend: "{{phase}}" }],
                    thresholds: phaseLimits,
                    min: 0,
                    noValue: "the loop does not run",
                    alerts: ["X0tta6bl4MapekSlow"],
                }),
                lines({
                    title: "Phases run",
                    description: "How often each phase runs; all lines lie on each other while the loop is whole.",
                    unit: units.OpsPerSecond,
                    queries: [{ expr: rate(`${CYCLE}_count`, OF_APP, "phase"), legend: "{{phase}}" }],
                    alerts: ["X0tta6bl4MapekStalled"],
                    noValue: "the loop does not run",
                }),
            ),
            row(
                "What the pods wait for",
                lines({
                    title: "CPU throttled by pod",
                    description:
                        "Share of periods at the limit. Raise mesh.resources.limits.cpu where it stays above a quarter.",
                    unit: units.PercentUnit,
                    queries: [
                        {
                            expr: `${sumBy("pod")} (rate(container_cpu_cfs_throttled_periods_total{${OF_CONTAINERS}}[${WINDOW}])) / ${sumBy("pod")} (rate(container_cpu_cfs_periods_total{${OF_CONTAINERS}}[${WINDOW}]))`,
                            legend: "{{pod}}",
                        },
                    ],
                    thresholds: tooHigh(0.1, 0.25),
                    min: 0,
                    max: 1,
                }),
                lines({
                    title: "Language model latency, p95",
                    description: "Calls to the language model by model. Source: the app, where it is used.",
                    unit: units.Seconds,
                    queries: [
                        {
                            expr: quantile(0.95, "maas_llm_inference_latency_seconds", OF_APP, "model"),
                            legend: "{{model}}",
                        },
                    ],
                    noValue: NEVER_HAPPENED,
                }),
            ),
        ],
    };
}
