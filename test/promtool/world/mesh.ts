import type { RuleContext } from "../../../components/monitoring/rules";
import { series } from "../../../components/monitoring/rules/promql";
import { app, container, kubelet, object } from "../support/samples";
import { during, type Timeline } from "./timeline";

/** The life of one mesh pod, in seconds after the first scrape; before 0 is before Prometheus. */
export interface Pod {
    readonly name: string;
    /** Start of the container, when its init container is done. */
    readonly started: number;
    /** When the app answers. Default: 32 s later, as at 200m CPU. */
    readonly serves?: number;
    /** When it is terminated; it disappears 30 s later. Default: never. */
    readonly ends?: number;
    /** Time from which it responds to no probe. Default: never. */
    readonly hangs?: number;
    /** Times at which the container is restarted; it has to start again then. */
    readonly restarts?: readonly number[];
    /** Whether it has a startup probe. Default: true. */
    readonly startupProbe?: boolean;
    /** Times between which the app counts nothing any more: its counters start at 0 again. */
    readonly countersResetAt?: number;
}

/** Other facts about the mesh. */
export interface MeshWorld {
    readonly pods: readonly Pod[];
    /** Pods that should run. */
    readonly wanted: Timeline;
    /** Creation time of the Deployment. */
    readonly created: number;
    /** Whether the app answers on the metrics port. */
    readonly servesMetrics: boolean;
    /** Requests per second to each pod that serves; the app records none when left out. */
    readonly requestRate?: number;
}

/** Time that the app takes to start at 200m CPU (s). */
export const BOOT_SECONDS = 32;

/** Time between end and disappearance of a pod (s): the grace of the settings. */
const GRACE_SECONDS = 30;

const NEVER = Number.POSITIVE_INFINITY;

function gone({ ends = NEVER }: Pod): number {
    return ends + GRACE_SECONDS;
}

function serving(pod: Pod): number {
    return pod.serves ?? pod.started + BOOT_SECONDS;
}

/** Whether a pod is Ready: it has started, is not terminating, and responds. */
export function isReady(pod: Pod, seconds: number): boolean {
    const restarting = (pod.restarts ?? []).some((at) => seconds >= at && seconds < at + BOOT_SECONDS);
    return !restarting && seconds >= serving(pod) && seconds < (pod.hangs ?? NEVER) && seconds < (pod.ends ?? NEVER);
}

/** Probes of a kind that were sent, and had one result, until a time. */
function probed(pod: Pod, kind: "Startup" | "Readiness" | "Liveness", failed: boolean, seconds: number): number {
    const { startupProbe = true, hangs = NEVER } = pod;
    const every = kind === "Liveness" ? 10 : 5;
    const delay = { Startup: 0, Readiness: 10, Liveness: 30 }[kind];
    const started = startupProbe && kind !== "Startup" ? serving(pod) : pod.started + delay;
    let count = 0;
    for (let at = started; at <= Math.min(seconds, gone(pod)); at += every) {
        const answers = at >= serving(pod) && at < hangs && at < (pod.ends ?? NEVER);
        const over = kind === "Startup" && at > serving(pod) + every;
        count += !over && answers !== failed ? 1 : 0;
    }
    return count;
}

/** Series of one pod. */
function podSeries(context: RuleContext, pod: Pod, { servesMetrics, requestRate }: MeshWorld) {
    const { namespace } = context.mesh;
    const labels = { namespace, pod: pod.name };
    const exists =
        (value: Timeline): Timeline =>
        (seconds) =>
            seconds >= pod.started - 20 && seconds < gone(pod) ? value(seconds) : undefined;
    const runs =
        (value: Timeline): Timeline =>
        (seconds) =>
            seconds >= pod.started && seconds < gone(pod) ? value(seconds) : undefined;
    // The app's own page answers from when the app does.
    const answers =
        (value: Timeline): Timeline =>
        (seconds) =>
            seconds >= serving(pod) && seconds < gone(pod) && servesMetrics ? value(seconds) : undefined;
    const of = (name: string, more: Record<string, string> = {}) => object(name, { ...labels, ...more });
    const own = (name: string, more: Record<string, string> = {}) =>
        app(context, name, { pod: pod.name, instance: `${pod.name}:9090`, ...more });
    const main = { container: "x0tta6bl4" };
    const counted = (rate: number): Timeline =>
        answers((seconds) => {
            const from = seconds >= (pod.countersResetAt ?? NEVER) ? pod.countersResetAt : serving(pod);
            return rate * (seconds - (from ?? 0));
        });
    const probes = (["Startup", "Readiness", "Liveness"] as const)
        .filter((kind) => kind !== "Startup" || pod.startupProbe !== false)
        .flatMap((kind): [string, Timeline][] => {
            const probe = { ...labels, ...main, probe_type: kind };
            const some = (count: (seconds: number) => number): Timeline =>
                runs((seconds) => (count(seconds) > 0 ? count(seconds) : undefined));
            const all = (seconds: number) => probed(pod, kind, true, seconds) + probed(pod, kind, false, seconds);
            const duration = (name: string, le?: string) =>
                kubelet("/metrics/probes", `prober_probe_duration_seconds_${name}`, {
                    ...probe,
                    ...(le === undefined ? {} : { le }),
                });
            return [
                ...(["successful", "failed"] as const).map((result): [string, Timeline] => [
                    kubelet("/metrics/probes", "prober_probe_total", { ...probe, result }),
                    some((seconds) => probed(pod, kind, result === "failed", seconds)),
                ]),
                // A probe that fails while the app starts takes its whole timeout.
                [duration("bucket", "0.5"), some((seconds) => probed(pod, kind, false, seconds))],
                [duration("bucket", "1"), some((seconds) => probed(pod, kind, false, seconds))],
                [duration("bucket", "5"), some(all)],
                [duration("bucket", "+Inf"), some(all)],
                [duration("count"), some(all)],
            ];
        });
    return [
        ...(["true", "false"] as const).map((condition): [string, Timeline] => [
            of("kube_pod_status_ready", { condition }),
            exists((seconds) => Number(isReady(pod, seconds) === (condition === "true"))),
        ]),
        [
            of("kube_pod_deletion_timestamp"),
            (seconds) => (seconds >= (pod.ends ?? NEVER) ? exists(() => gone(pod))(seconds) : undefined),
        ],
        [of("kube_pod_status_phase", { phase: "Pending" }), exists((seconds) => Number(seconds < pod.started))],
        [
            of("kube_pod_init_container_status_ready", { container: "wait-for-identity" }),
            exists((seconds) => Number(seconds >= pod.started)),
        ],
        [
            of("kube_pod_container_status_restarts_total", main),
            exists((seconds) => (pod.restarts ?? []).filter((at) => at <= seconds).length),
        ],
        [of("kube_pod_container_resource_limits", { ...main, resource: "cpu", unit: "core" }), exists(() => 0.2)],
        [
            of("kube_pod_container_resource_limits", { ...main, resource: "memory", unit: "byte" }),
            exists(() => 256 * 2 ** 20),
        ],
        // All of its CPU while it starts, little after that.
        [
            container("container_cpu_usage_seconds_total", namespace, "x0tta6bl4", pod.name),
            runs((seconds) => {
                const boot = Math.min(seconds, serving(pod)) - pod.started;
                return 0.2 * boot + 0.02 * Math.max(0, seconds - serving(pod));
            }),
        ],
        [container("container_memory_working_set_bytes", namespace, "x0tta6bl4", pod.name), runs(() => 120 * 2 ** 20)],
        ...probes,
        [own("up"), exists((seconds) => answers(() => 1)(seconds) ?? 0)],
        [own("scrape_samples_scraped"), answers(() => 400)],
        [own("x0tta6bl4_db_circuit_breaker_state"), answers(() => 0)],
        [own("x0tta6bl4_mtls_certificate_expiry_seconds"), answers(() => 0)],
        [own("x0tta6bl4_mapek_cycle_duration_seconds_count", { phase: "plan" }), counted(0.2)],
        [own("x0tta6bl4_mapek_cycle_duration_seconds_bucket", { phase: "plan", le: "1.0" }), counted(0.2)],
        ...(requestRate === undefined
            ? []
            : ([
                  [own("x0tta6bl4_requests_total", { endpoint: "/status", status: "200" }), counted(requestRate)],
                  [own("x0tta6bl4_request_duration_seconds_count", { endpoint: "/status" }), counted(requestRate)],
                  [
                      own("x0tta6bl4_request_duration_seconds_bucket", { endpoint: "/status", le: "1.0" }),
                      counted(requestRate),
                  ],
                  // The kubelet's probes are among them: refused while the app starts.
                  [own("x0tta6bl4_requests_total", { endpoint: "/health", status: "503" }), counted(0.3)],
              ] satisfies [string, Timeline][])),
    ] satisfies [string, Timeline][];
}

/** All series about the mesh. */
export function meshSeries(context: RuleContext, world: MeshWorld): [string, Timeline][] {
    const { namespace, name } = context.mesh;
    const { pods, wanted, created } = world;
    const canary = context.mesh.delivery === "canary";
    const [kind, workload] = canary
        ? ["replicaset", { namespace, replicaset: `${name}-7d9f` }]
        : ["deployment", { namespace, deployment: name }];
    const autoscaler = { namespace, horizontalpodautoscaler: name };
    const since =
        (value: Timeline): Timeline =>
        (seconds) =>
            seconds >= created ? value(seconds) : undefined;
    return [
        [object("kube_namespace_created", { namespace }), during(0, NEVER, Math.min(created, 0))],
        [object(`kube_${kind}_created`, workload), since(() => created)],
        [object(`kube_${kind}_spec_replicas`, workload), since(wanted)],
        [
            object(
                canary ? "kube_replicaset_status_ready_replicas" : "kube_deployment_status_replicas_available",
                workload,
            ),
            since((seconds) => pods.filter((pod) => isReady(pod, seconds)).length),
        ],
        [object("kube_horizontalpodautoscaler_spec_min_replicas", autoscaler), since(() => 2)],
        [object("kube_horizontalpodautoscaler_spec_max_replicas", autoscaler), since(() => 10)],
        [object("kube_horizontalpodautoscaler_status_current_replicas", autoscaler), since(wanted)],
        [
            series("kubelet_volume_stats_available_bytes", {
                job: "kubelet",
                metrics_path: "/metrics",
                namespace,
                persistentvolumeclaim: "data",
            }),
            since(() => 90),
        ],
        [
            series("kubelet_volume_stats_capacity_bytes", {
                job: "kubelet",
                metrics_path: "/metrics",
                namespace,
                persistentvolumeclaim: "data",
            }),
            since(() => 100),
        ],
        ...(canary ? controllerSeries(context) : []),
        ...pods.flatMap((pod) => podSeries(context, pod, world)),
    ];
}

/** The controller of Rollouts, which is there all the time and has nothing to say. */
function controllerSeries({ mesh: { namespace, name } }: RuleContext): [string, Timeline][] {
    const labels = { job: "argo-rollouts", namespace, pod: "argo-rollouts-1-a" };
    return [
        [series("up", labels), () => 1],
        [series("rollout_info", { ...labels, name, phase: "Completed" }), () => 1],
    ];
}
