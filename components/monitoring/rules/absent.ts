import { JOBS } from "../jobs";
import { KUBELET_JOB, objects, series } from "./promql";
import type { Alert, Group, RuleContext } from "./types";
import { availablePods } from "./workload";

/** A scrape job that the other rules depend on. */
interface Job {
    readonly alert: string;
    readonly team: Alert["team"];
    /** Labels of its targets. */
    readonly labels: Readonly<Record<string, string>>;
    /** What cannot be monitored without it. */
    readonly blind: string;
    /** Further condition under which a target is expected. Default: none. */
    readonly where?: { readonly expr: string; readonly words: string };
}

/** Metrics that are missing, or too many. */
export function metricsGroup(context: RuleContext): Group {
    return { name: "metrics", alerts: [...jobs(context).map(metricsMissing), tooManySeries(context)] };
}

function jobs({ mesh, spire }: RuleContext): Job[] {
    const ofSpire = (job: string, namespace: string, blind: string): Job => ({
        alert: "SpireMetricsMissing",
        team: "platform",
        labels: { job, namespace },
        blind,
    });
    const ofCluster = (labels: Job["labels"], blind: string): Job => ({
        alert: "ClusterMetricsMissing",
        team: "platform",
        labels,
        blind,
    });
    return [
        ...(mesh.scraped
            ? [
                  {
                      alert: "X0tta6bl4MetricsMissing",
                      team: "mesh" as const,
                      labels: { job: JOBS.mesh, namespace: mesh.namespace },
                      blind: "circuit breaker, certificates, MAPE-K and requests",
                      where: { expr: podsOrUnknown(mesh), words: "while a pod is available" },
                  },
              ]
            : []),
        ...(mesh.controllerNamespace === undefined
            ? []
            : [
                  {
                      alert: "X0tta6bl4MetricsMissing",
                      team: "platform" as const,
                      labels: { job: JOBS.delivery, namespace: mesh.controllerNamespace },
                      blind: "aborted and stuck Rollouts",
                  },
              ]),
        ...(spire === undefined
            ? []
            : [
                  ofSpire(JOBS.spireServer, spire.serverNamespace, "CA, attestation and renewal at the server"),
                  ofSpire(JOBS.spireManager, spire.serverNamespace, "registration of pods"),
                  ofSpire(JOBS.spireAgent, spire.systemNamespace, "agents and workloads"),
              ]),
        ofCluster({ job: "kube-state-metrics" }, "outages, errors, latency, crash loops, missing pods and agents"),
        ofCluster({ job: KUBELET_JOB, metrics_path: "/metrics" }, "volumes"),
        ofCluster({ job: KUBELET_JOB, metrics_path: "/metrics/cadvisor" }, "memory and CPU"),
        ofCluster({ job: KUBELET_JOB, metrics_path: "/metrics/probes" }, "probes, and so errors and latency"),
    ];
}

/**
 * Without a pod there is no target: a first deployment has none yet, and X0tta6bl4MeshDown reports an outage. While
 * kube-state-metrics does not respond, the number of pods is unknown.
 */
function podsOrUnknown(mesh: RuleContext["mesh"]): string {
    return `(sum(${availablePods(mesh)}) > 0 or absent(${objects("up", {})} == 1))`;
}

function metricsMissing({ alert, team, labels, blind, where }: Job): Alert {
    const target = Object.values(labels).join(" ");
    return {
        alert,
        // No target is up, or there is no target.
        expr: `absent(${series("up", labels)} == 1)${where === undefined ? "" : ` and on () ${where.expr}`}`,
        for: "15m",
        severity: "warning",
        team,
        labels,
        summary: "Prometheus gets no metrics of a job.",
        description: `No target of ${target} answers: alerts about ${blind} cannot fire.`,
        condition: [`no target of ${[labels.job, labels.metrics_path].join(" ").trim()} answers`, where?.words ?? ""]
            .join(" ")
            .trim(),
        settings: [],
    };
}

function tooManySeries({ settings: { seriesPerTarget }, mesh, spire }: RuleContext): Alert {
    const namespaces = [mesh.namespace, ...(spire === undefined ? [] : [spire.serverNamespace, spire.systemNamespace])];
    const own = [JOBS.mesh, ...(spire === undefined ? [] : [JOBS.spireServer, JOBS.spireManager, JOBS.spireAgent])];
    const samples = series(
        "scrape_samples_scraped",
        {},
        `job=~"${own.join("|")}"`,
        `namespace=~"${namespaces.join("|")}"`,
    );
    return {
        alert: "X0tta6bl4TooManySeries",
        expr: `max by (namespace, job, pod) (${samples}) > ${seriesPerTarget}`,
        for: "30m",
        severity: "info",
        team: "platform",
        summary: "A target has too many series.",
        description:
            "Pod {{ $labels.pod }} ({{ $labels.job }}) gives {{ $value }} samples a scrape: a label has too many values.",
        condition: `more than ${seriesPerTarget} samples in one scrape of the mesh or SPIRE`,
        settings: ["seriesPerTarget"],
    };
}
