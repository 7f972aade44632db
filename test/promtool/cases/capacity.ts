import type { RuleContext } from "../../../components/monitoring/rules";
import { container, flat, grows, kubelet, object, POD } from "../support/samples";
import type { CaseTable, Expected } from "../support/types";

/** Bytes in a mebibyte. */
const MI = 2 ** 20;

/** A container's limit (cores or bytes). */
export function limit(namespace: string, of: string, resource: "cpu" | "memory", value: number, pod = POD) {
    const unit = resource === "cpu" ? "core" : "byte";
    const labels = { namespace, pod, container: of, node: "node-1", resource, unit };
    return { [object("kube_pod_container_resource_limits", labels)]: flat(value) };
}

/** A container that was restarted, and why it ended the last time. */
export function restarted(namespace: string, of: string, values: string, reason: string, pod = POD) {
    const labels = { namespace, pod, container: of };
    return {
        [object("kube_pod_container_status_restarts_total", labels)]: values,
        [object("kube_pod_container_status_last_terminated_reason", { ...labels, reason })]: flat(1),
    };
}

function pods({ mesh }: RuleContext, wanted: string, ready: string): Record<string, string> {
    const labels = { namespace: mesh.namespace, deployment: mesh.name };
    return {
        [object("kube_deployment_spec_replicas", labels)]: wanted,
        [object("kube_deployment_status_replicas_available", labels)]: ready,
    };
}

function autoscaler({ mesh }: RuleContext, minimum: number, current: number): Record<string, string> {
    const labels = { namespace: mesh.namespace, horizontalpodautoscaler: mesh.name };
    return {
        [object("kube_horizontalpodautoscaler_spec_min_replicas", labels)]: flat(minimum),
        [object("kube_horizontalpodautoscaler_spec_max_replicas", labels)]: flat(10),
        [object("kube_horizontalpodautoscaler_status_current_replicas", labels)]: flat(current),
    };
}

function volume(namespace: string, free: number): Record<string, string> {
    const labels = { namespace, persistentvolumeclaim: "data" };
    return {
        [kubelet("/metrics", "kubelet_volume_stats_available_bytes", labels)]: flat(free * MI),
        [kubelet("/metrics", "kubelet_volume_stats_capacity_bytes", labels)]: flat(100 * MI),
    };
}

/** Cases of alerts on pods that crash, lack resources or are missing, and on volumes that fill up. */
export const capacity: CaseTable = {
    groups: ["capacity"],
    cases: (context) => {
        const { namespace, name } = context.mesh;
        const app = "x0tta6bl4";
        const memory = container("container_memory_working_set_bytes", namespace, app);
        const cpu = container("container_cpu_usage_seconds_total", namespace, app);
        const ofPod = (description: string): Expected[] => [
            { labels: { severity: "warning", namespace, pod: POD, container: app }, description },
        ];
        const crashing = ofPod(`Container ${app} of pod ${POD} in ${namespace} keeps restarting.`);
        const waiting = object("kube_pod_container_status_waiting_reason", {
            namespace,
            pod: POD,
            container: app,
            reason: "CrashLoopBackOff",
        });
        return {
            X0tta6bl4CrashLooping: [
                {
                    kind: "fires",
                    title: "it restarts every 2 minutes",
                    series: restarted(namespace, app, grows(0.25), "Error"),
                    at: "30m",
                    fires: crashing,
                },
                {
                    kind: "fires",
                    title: "it waits to be started again most of the time",
                    series: { [waiting]: "1x9 0 1x9 0 1x9" },
                    notYetAt: "4m30s",
                    at: "10m",
                    fires: crashing,
                },
                {
                    kind: "boundary",
                    title: "it restarts every 5 minutes, so 3 times in 15",
                    series: restarted(namespace, app, grows(0.1), "Error"),
                    at: "1h",
                },
                {
                    kind: "stays quiet",
                    title: "it restarted twice and runs",
                    series: restarted(namespace, app, "0x9 1x9 2x100", "Error"),
                    at: "20m",
                },
                { kind: "no data", title: "there is no pod", series: {}, at: "20m" },
            ],
            X0tta6bl4OutOfMemory: [
                {
                    kind: "fires",
                    title: "it restarted after OOMKilled",
                    series: restarted(namespace, app, "0x9 1x100", "OOMKilled"),
                    at: "6m",
                    fires: ofPod(`Pod ${POD} in ${namespace} reached its memory limit and was restarted.`),
                },
                {
                    kind: "boundary",
                    title: "it was OOMKilled, but longer than 15 minutes ago",
                    series: restarted(namespace, app, "0x9 1x100", "OOMKilled"),
                    at: "21m",
                },
                {
                    kind: "stays quiet",
                    title: "it restarted for another reason",
                    series: restarted(namespace, app, "0x9 1x100", "Error"),
                    at: "6m",
                },
                { kind: "no data", title: "there is no pod", series: {}, at: "20m" },
            ],
            X0tta6bl4MemoryPressure: [
                {
                    kind: "fires",
                    title: "95 % of the limit are in use",
                    series: { [memory]: flat(95 * MI), ...limit(namespace, app, "memory", 100 * MI) },
                    notYetAt: "9m30s",
                    at: "10m",
                    fires: ofPod(`Pod ${POD} in ${namespace} uses 95% of its memory limit.`),
                },
                {
                    kind: "boundary",
                    title: "90 % are in use",
                    series: { [memory]: flat(90 * MI), ...limit(namespace, app, "memory", 100 * MI) },
                    at: "30m",
                },
                {
                    kind: "stays quiet",
                    title: "another namespace's pod is at its limit",
                    series: {
                        [container("container_memory_working_set_bytes", "other", app)]: flat(100 * MI),
                        ...limit("other", app, "memory", 100 * MI),
                    },
                    at: "30m",
                },
                { kind: "no data", title: "it has no limit", series: { [memory]: flat(95 * MI) }, at: "30m" },
            ],
            X0tta6bl4CpuPressure: [
                {
                    kind: "fires",
                    title: "90 % of the limit are in use",
                    series: { [cpu]: grows(5.4), ...limit(namespace, app, "cpu", 0.2) },
                    notYetAt: "10m",
                    at: "16m",
                    fires: ofPod(`Pod ${POD} in ${namespace} uses 90% of its CPU limit.`),
                },
                {
                    kind: "boundary",
                    title: "79 % are in use",
                    series: { [cpu]: grows(4.74), ...limit(namespace, app, "cpu", 0.2) },
                    at: "30m",
                },
                {
                    kind: "stays quiet",
                    title: "the limit is hit for 3 minutes",
                    series: { [cpu]: "0+1x40 46+6x6 83+1x60", ...limit(namespace, app, "cpu", 0.2) },
                    at: "26m",
                },
                { kind: "no data", title: "it has no limit", series: { [cpu]: grows(6) }, at: "30m" },
            ],
            X0tta6bl4ReplicasMissing: [
                {
                    kind: "fires",
                    title: "2 of 5 pods are missing",
                    series: pods(context, flat(5), flat(3)),
                    notYetAt: "9m30s",
                    at: "10m",
                    fires: [
                        {
                            labels: { severity: "warning", namespace, deployment: name },
                            description: `Deployment ${name} in ${namespace} lacks 2 pods.`,
                        },
                    ],
                },
                { kind: "boundary", title: "all are available", series: pods(context, flat(5), flat(5)), at: "30m" },
                {
                    kind: "stays quiet",
                    title: "none is available: another alert's matter",
                    series: pods(context, flat(5), flat(0)),
                    at: "30m",
                },
                {
                    kind: "stays quiet",
                    title: "a rollout takes 5 minutes",
                    series: pods(context, flat(5), "5x4 4x10 5x40"),
                    at: "12m",
                },
                { kind: "no data", title: "there is no Deployment", series: {}, at: "30m" },
            ],
            X0tta6bl4AutoscalerAtMaximum: [
                {
                    kind: "fires",
                    title: "there are 10 of 10 pods",
                    series: autoscaler(context, 5, 10),
                    notYetAt: "14m30s",
                    at: "15m",
                    fires: [
                        {
                            labels: { severity: "warning", namespace, horizontalpodautoscaler: name },
                            description: `The autoscaler of ${namespace} has been at its maximum of 10 pods for 15 minutes.`,
                        },
                    ],
                },
                { kind: "boundary", title: "there are 9 of 10 pods", series: autoscaler(context, 5, 9), at: "1h" },
                {
                    kind: "stays quiet",
                    title: "minimum and maximum are the same",
                    series: autoscaler(context, 10, 10),
                    at: "1h",
                },
                { kind: "no data", title: "there is no autoscaler", series: {}, at: "1h" },
            ],
            X0tta6bl4VolumeFilling: [
                ...[
                    namespace,
                    context.monitoringNamespace,
                    ...(context.spire === undefined ? [] : [context.spire.serverNamespace]),
                ].map((where) => ({
                    kind: "fires" as const,
                    title: `4 % of a volume are free in ${where}`,
                    series: volume(where, 4),
                    notYetAt: "4m30s",
                    at: "5m",
                    fires: [
                        {
                            labels: { severity: "warning", namespace: where, persistentvolumeclaim: "data" },
                            description: `Claim data in ${where} has 4% of its space left.`,
                        },
                    ],
                })),
                { kind: "boundary", title: "10 % are free", series: volume(namespace, 10), at: "20m" },
                { kind: "stays quiet", title: "it is another namespace's", series: volume("other", 1), at: "20m" },
                { kind: "no data", title: "there is no volume", series: {}, at: "20m" },
            ],
        };
    },
};
