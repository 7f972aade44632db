import { formatDuration } from "../../../settings/shared/duration";
import { APP } from "../../mesh/names";
import { kubelet, objects } from "./promql";
import type { Alert, Group, RuleContext } from "./types";
import { asWorkload, availablePods, wantedPods, workloadLabels } from "./workload";

/** Labels that identify a container. */
const CONTAINER = "namespace, pod, container";

/** Alerts on pods that crash, lack resources or are missing, and on volumes that fill up. */
export function capacityGroup(context: RuleContext): Group {
    return {
        name: "capacity",
        alerts: [
            crashLooping(context),
            outOfMemory(context),
            memoryPressure(context),
            cpuPressure(context),
            replicasMissing(context),
            autoscalerAtMaximum(context),
            volumeFilling(context),
        ],
    };
}

/** Working memory of containers as a share of their limits. */
export function memoryShare(namespace: string, container: string): string {
    const used = kubelet("/metrics/cadvisor", "container_memory_working_set_bytes", { namespace, container });
    return ofLimit(`max by (${CONTAINER}) (${used})`, "memory", namespace, container);
}

/** Containers that were OOM-killed and restarted in the last 15 minutes. */
export function killedForMemory(namespace: string, container: string): string {
    const restarts = objects("kube_pod_container_status_restarts_total", { namespace, container });
    const reason = objects("kube_pod_container_status_last_terminated_reason", {
        namespace,
        container,
        reason: "OOMKilled",
    });
    return `sum by (${CONTAINER}) (increase(${restarts}[15m])) > 0 and on (${CONTAINER}) ${reason} == 1`;
}

function ofLimit(used: string, resource: "cpu" | "memory", namespace: string, container: string): string {
    const limit = objects("kube_pod_container_resource_limits", { namespace, container, resource });
    return `${used} / sum by (${CONTAINER}) (${limit})`;
}

function crashLooping({ settings: { crashRestarts }, mesh: { namespace } }: RuleContext): Alert {
    const restarts = objects("kube_pod_container_status_restarts_total", { namespace });
    const waiting = objects("kube_pod_container_status_waiting_reason", { namespace, reason: "CrashLoopBackOff" });
    return {
        alert: "X0tta6bl4CrashLooping",
        // The kubelet waits up to 5 minutes between restarts, so a container in a crash loop restarts too rarely to be
        // detected by restarts alone.
        expr:
            `sum by (${CONTAINER}) (increase(${restarts}[15m])) > ${crashRestarts} ` +
            `or max by (${CONTAINER}) (max_over_time(${waiting}[5m])) == 1`,
        for: "5m",
        severity: "warning",
        team: "mesh",
        summary: "A mesh pod crashes again and again.",
        description:
            "Container {{ $labels.container }} of pod {{ $labels.pod }} in {{ $labels.namespace }} keeps restarting.",
        condition: `more than ${crashRestarts} restarts of a container in 15 m, or it waits in CrashLoopBackOff`,
        settings: ["crashRestarts"],
    };
}

function outOfMemory({ mesh: { namespace } }: RuleContext): Alert {
    return {
        alert: "X0tta6bl4OutOfMemory",
        expr: killedForMemory(namespace, APP),
        for: "0m",
        severity: "warning",
        team: "mesh",
        summary: "A mesh pod was killed for its memory.",
        description: "Pod {{ $labels.pod }} in {{ $labels.namespace }} reached its memory limit and was restarted.",
        condition: "a container restarted in the last 15 m after OOMKilled",
        settings: [],
    };
}

function memoryPressure({ settings: { memoryPercent }, mesh: { namespace } }: RuleContext): Alert {
    return {
        alert: "X0tta6bl4MemoryPressure",
        expr: `${memoryShare(namespace, APP)} > ${memoryPercent / 100}`,
        for: "10m",
        severity: "warning",
        team: "mesh",
        summary: "A mesh pod is near its memory limit.",
        description:
            "Pod {{ $labels.pod }} in {{ $labels.namespace }} uses {{ $value | humanizePercentage }} of its memory limit.",
        condition: `working memory above ${memoryPercent} % of the limit`,
        settings: ["memoryPercent"],
    };
}

function cpuPressure({ settings: { cpuPercent }, mesh: { namespace } }: RuleContext): Alert {
    const labels = { namespace, container: APP };
    const used = kubelet("/metrics/cadvisor", "container_cpu_usage_seconds_total", labels);
    const share = ofLimit(`sum by (${CONTAINER}) (rate(${used}[5m]))`, "cpu", namespace, APP);
    return {
        alert: "X0tta6bl4CpuPressure",
        expr: `${share} > ${cpuPercent / 100}`,
        for: "10m",
        severity: "warning",
        team: "mesh",
        summary: "A mesh pod is near its CPU limit.",
        description:
            "Pod {{ $labels.pod }} in {{ $labels.namespace }} uses {{ $value | humanizePercentage }} of its CPU limit.",
        condition: `CPU time above ${cpuPercent} % of the limit`,
        settings: ["cpuPercent"],
    };
}

/** Minimum time that pods can be missing before the alert fires (s). */
const REPLICAS_MISSING_SECONDS = 600;

function replicasMissing({ mesh }: RuleContext): Alert {
    const by = workloadLabels(mesh);
    const available = `sum by (${by}) (${availablePods(mesh)})`;
    const what = mesh.delivery !== "rolling" ? "Rollout" : "Deployment";
    return {
        alert: "X0tta6bl4ReplicasMissing",
        // If none is available, X0tta6bl4MeshDown fires.
        expr: asWorkload(mesh, `sum by (${by}) (${wantedPods(mesh)}) - ${available} > 0 and ${available} > 0`),
        // As long as a pod can take to start: its controller waits that long, too.
        for: formatDuration(Math.max(REPLICAS_MISSING_SECONDS, mesh.startSeconds)),
        severity: "warning",
        team: "mesh",
        summary: "The mesh runs with fewer pods than it should.",
        description: `${what} {{ $labels.deployment }} in {{ $labels.namespace }} lacks {{ $value }} pods.`,
        condition: "fewer pods available than wanted, but not none",
        settings: [],
    };
}

function autoscalerAtMaximum({ mesh: { namespace, name } }: RuleContext): Alert {
    const by = "namespace, horizontalpodautoscaler";
    const count = (metric: string) =>
        `max by (${by}) (${objects(`kube_horizontalpodautoscaler_${metric}`, { namespace, horizontalpodautoscaler: name })})`;
    return {
        alert: "X0tta6bl4AutoscalerAtMaximum",
        expr:
            `${count("status_current_replicas")} >= ${count("spec_max_replicas")} ` +
            `and ${count("spec_max_replicas")} > ${count("spec_min_replicas")}`,
        for: "15m",
        severity: "warning",
        team: "mesh",
        summary: "The mesh cannot grow any more.",
        description:
            "The autoscaler of {{ $labels.namespace }} has been at its maximum of {{ $value }} pods for 15 minutes.",
        condition: "as many pods as the autoscaler may make",
        settings: [],
    };
}

function volumeFilling({ settings: { volumeFreePercent }, mesh, spire, monitoringNamespace }: RuleContext): Alert {
    const namespaces = [mesh.namespace, ...(spire === undefined ? [] : [spire.serverNamespace]), monitoringNamespace];
    const bytes = (what: string) =>
        kubelet("/metrics", `kubelet_volume_stats_${what}_bytes`, {}, `namespace=~"${namespaces.join("|")}"`);
    const by = "namespace, persistentvolumeclaim";
    return {
        alert: "X0tta6bl4VolumeFilling",
        expr: `max by (${by}) (${bytes("available")}) / max by (${by}) (${bytes("capacity")}) < ${volumeFreePercent / 100}`,
        for: "5m",
        severity: "warning",
        team: "platform",
        summary: "A volume is nearly full.",
        description:
            "Claim {{ $labels.persistentvolumeclaim }} in {{ $labels.namespace }} has {{ $value | humanizePercentage }} of its space left.",
        condition: `less than ${volumeFreePercent} % free on a volume of the mesh, SPIRE or monitoring`,
        settings: ["volumeFreePercent"],
    };
}
