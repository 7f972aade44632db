import * as units from "@grafana/grafana-foundation-sdk/units";
import type { RuleContext } from "../rules";
import { glance, lines, row, stat, table } from "./kinds";
import type { DashboardSpec } from "./model";
import { IN_NAMESPACE, OF_CONTAINERS, sumBy, WINDOW } from "./promql";
import { anyIsBad, neutral, tooHigh } from "./thresholds";
import { MESH_VARIABLES } from "./variables";

const CPU = `rate(container_cpu_usage_seconds_total{${OF_CONTAINERS}}[${WINDOW}])`;
const MEMORY = `container_memory_working_set_bytes{${OF_CONTAINERS}}`;
const request = (resource: string) => `kube_pod_container_resource_requests{${OF_CONTAINERS}, resource="${resource}"}`;
const limit = (resource: string) => `kube_pod_container_resource_limits{${OF_CONTAINERS}, resource="${resource}"}`;

/** Sum of an expression by pod, for usage and limits. */
const byPod = (expr: string) => `${sumBy("pod")} (${expr})`;
const share = (used: string, of: string) => `max (${byPod(used)} / ${byPod(of)})`;
const ofVolume = (metric: string) => `${metric}{${IN_NAMESPACE}}`;

/** Dashboard of pods: resource usage compared with requests and limits. */
export function pods({ settings }: RuleContext): DashboardSpec {
    const cpuLimits = tooHigh((settings.cpuPercent - 20) / 100, settings.cpuPercent / 100);
    const memoryLimits = tooHigh((settings.memoryPercent - 10) / 100, settings.memoryPercent / 100);
    const volumeLimits = tooHigh(1 - (2 * settings.volumeFreePercent) / 100, 1 - settings.volumeFreePercent / 100);
    return {
        uid: "x0tta6bl4-pods",
        title: "Pod resources",
        question: "Have the pods what they need, and not much more?",
        variables: MESH_VARIABLES,
        rows: [
            glance(
                stat({
                    title: "CPU of the limit, busiest pod",
                    description:
                        "At the limit a pod is slowed down, never ended. Source: cAdvisor, kube-state-metrics.",
                    unit: units.PercentUnit,
                    queries: [{ expr: share(CPU, limit("cpu")), legend: "of the limit" }],
                    thresholds: cpuLimits,
                    min: 0,
                    max: 1,
                    alerts: ["X0tta6bl4CpuPressure"],
                }),
                stat({
                    title: "Memory of the limit, fullest pod",
                    description: "At the limit the kernel ends the pod (OOMKilled).",
                    unit: units.PercentUnit,
                    queries: [{ expr: share(MEMORY, limit("memory")), legend: "of the limit" }],
                    thresholds: memoryLimits,
                    min: 0,
                    max: 1,
                    alerts: ["X0tta6bl4MemoryPressure"],
                }),
                stat({
                    title: "CPU of the requests",
                    description:
                        "All chosen pods together. Far below 100 % over days: the requests block nodes for nothing.",
                    unit: units.PercentUnit,
                    queries: [{ expr: `sum (${CPU}) / sum (${request("cpu")})`, legend: "of the requests" }],
                    thresholds: neutral,
                    min: 0,
                }),
                stat({
                    title: "Memory of the requests",
                    description:
                        "All chosen pods together. Above 100 % the pods are the first to go when a node runs out of memory.",
                    unit: units.PercentUnit,
                    queries: [{ expr: `sum (${MEMORY}) / sum (${request("memory")})`, legend: "of the requests" }],
                    thresholds: tooHigh(1, 1.5),
                    min: 0,
                }),
                stat({
                    title: "Ended for memory, now",
                    description: "Containers whose last end was OOMKilled.",
                    unit: units.Number,
                    queries: [
                        {
                            expr: `sum (kube_pod_container_status_last_terminated_reason{${OF_CONTAINERS}, reason="OOMKilled"}) or vector(0)`,
                            legend: "OOMKilled",
                        },
                    ],
                    thresholds: anyIsBad,
                    alerts: ["X0tta6bl4OutOfMemory"],
                }),
                stat({
                    title: "Fullest volume",
                    description: "Of all volumes of the namespace. Source: kubelet; some storage drivers report none.",
                    unit: units.PercentUnit,
                    queries: [
                        {
                            expr: `max (${ofVolume("kubelet_volume_stats_used_bytes")} / ${ofVolume("kubelet_volume_stats_capacity_bytes")})`,
                            legend: "used",
                        },
                    ],
                    thresholds: volumeLimits,
                    min: 0,
                    max: 1,
                    noValue: "no volume reports",
                    alerts: ["X0tta6bl4VolumeFilling"],
                }),
            ),
            row(
                "All pods",
                table({
                    title: "Use, requests and limits",
                    description: "The chosen pods; CPU in cores.",
                    unit: units.Number,
                    by: ["pod"],
                    queries: [
                        { expr: byPod(CPU), legend: "CPU" },
                        { expr: byPod(request("cpu")), legend: "CPU request" },
                        { expr: byPod(limit("cpu")), legend: "CPU limit" },
                        { expr: byPod(MEMORY), legend: "Memory", unit: units.BytesIEC },
                        { expr: byPod(request("memory")), legend: "Memory request", unit: units.BytesIEC },
                        { expr: byPod(limit("memory")), legend: "Memory limit", unit: units.BytesIEC },
                    ],
                }),
            ),
            row(
                "CPU",
                lines({
                    title: "CPU in cores",
                    description: "By pod, with the smallest request and limit of one pod.",
                    unit: units.Number,
                    queries: [
                        { expr: byPod(CPU), legend: "{{pod}}" },
                        { expr: `min (${request("cpu")})`, legend: "request" },
                        { expr: `min (${limit("cpu")})`, legend: "limit" },
                    ],
                    min: 0,
                }),
                lines({
                    title: "CPU throttled",
                    description: "Share of the scheduler's periods in which a pod was held back at its limit.",
                    unit: units.PercentUnit,
                    queries: [
                        {
                            expr: `${byPod(`rate(container_cpu_cfs_throttled_periods_total{${OF_CONTAINERS}}[${WINDOW}])`)} / ${byPod(`rate(container_cpu_cfs_periods_total{${OF_CONTAINERS}}[${WINDOW}])`)}`,
                            legend: "{{pod}}",
                        },
                    ],
                    thresholds: tooHigh(0.1, 0.25),
                    min: 0,
                    max: 1,
                    alerts: ["X0tta6bl4CpuPressure"],
                }),
            ),
            row(
                "Memory",
                lines({
                    title: "Memory that counts",
                    description: "Working set by pod: what the kernel compares with the limit.",
                    unit: units.BytesIEC,
                    queries: [
                        { expr: byPod(MEMORY), legend: "{{pod}}" },
                        { expr: `min (${request("memory")})`, legend: "request" },
                        { expr: `min (${limit("memory")})`, legend: "limit" },
                    ],
                    min: 0,
                }),
                lines({
                    title: "Memory of the limit",
                    description: "By pod. A line that climbs for days is a leak.",
                    unit: units.PercentUnit,
                    queries: [{ expr: `${byPod(MEMORY)} / ${byPod(limit("memory"))}`, legend: "{{pod}}" }],
                    thresholds: memoryLimits,
                    min: 0,
                    max: 1,
                    alerts: ["X0tta6bl4MemoryPressure"],
                }),
            ),
            row(
                "Storage",
                lines({
                    title: "Volumes",
                    description:
                        "Used share of each volume of the namespace. Source: kubelet; some storage drivers report none.",
                    unit: units.PercentUnit,
                    queries: [
                        {
                            expr: `${sumBy("persistentvolumeclaim")} (${ofVolume("kubelet_volume_stats_used_bytes")}) / ${sumBy("persistentvolumeclaim")} (${ofVolume("kubelet_volume_stats_capacity_bytes")})`,
                            legend: "{{persistentvolumeclaim}}",
                        },
                    ],
                    thresholds: volumeLimits,
                    min: 0,
                    max: 1,
                    noValue: "no volume reports",
                    alerts: ["X0tta6bl4VolumeFilling"],
                }),
                lines({
                    title: "Claims by phase",
                    description:
                        "Pending: no volume could be made, and the pod waits. Lost: its volume is gone. Source: kube-state-metrics.",
                    unit: units.Number,
                    queries: [
                        {
                            expr: `${sumBy("phase")} (${ofVolume("kube_persistentvolumeclaim_status_phase")}) > 0`,
                            legend: "{{phase}}",
                        },
                    ],
                    min: 0,
                    noValue: "no claims",
                }),
            ),
        ],
    };
}
