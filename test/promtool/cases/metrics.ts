import { JOBS } from "../../../components/monitoring/jobs";
import type { RuleContext } from "../../../components/monitoring/rules";
import { app, flat, kubelet, object, spire as spireSeries } from "../support/samples";
import type { CaseTable, RuleCase } from "../support/types";

/** A job, and the series that shows that it is up. */
interface Job {
    readonly labels: Readonly<Record<string, string>>;
    readonly up: string;
    readonly blind: string;
}

/**
 * Cases of an alert about jobs without a target that is up.
 * @param others Jobs of the same alert, which fire with it while nothing is scraped.
 */
function missing(jobs: readonly Job[]): RuleCase[] {
    const expected = ({ labels, blind }: Job) => ({
        labels: { severity: "warning", ...labels },
        description: `No target of ${Object.values(labels).join(" ")} answers: alerts about ${blind} cannot fire.`,
    });
    const answering = (value: (job: Job) => number) =>
        Object.fromEntries(jobs.map((job) => [job.up, flat(value(job))]));
    return [
        ...jobs.map((job): RuleCase => ({
            kind: "fires",
            title: `no target of ${Object.values(job.labels).join(" ")} answers`,
            series: answering((other) => (other === job ? 0 : 1)),
            notYetAt: "14m30s",
            at: "15m",
            fires: [expected(job)],
        })),
        { kind: "no data", title: "there is no target at all", series: {}, at: "15m", fires: jobs.map(expected) },
        {
            kind: "boundary",
            title: "targets answer again after 14 minutes",
            series: Object.fromEntries(jobs.map(({ up }) => [up, "0x27 1x60"])),
            at: "20m",
        },
        { kind: "stays quiet", title: "all answer", series: answering(() => 1), at: "30m" },
    ];
}

function spireJobs({ spire }: RuleContext): Job[] {
    const job = (name: string, namespace: string, blind: string): Job => ({
        labels: { job: name, namespace },
        up: spireSeries(name, namespace, "up"),
        blind,
    });
    return spire === undefined
        ? []
        : [
              job(JOBS.spireServer, spire.serverNamespace, "CA, attestation and renewal at the server"),
              job(JOBS.spireManager, spire.serverNamespace, "registration of pods"),
              job(JOBS.spireAgent, spire.systemNamespace, "agents and workloads"),
          ];
}

const CLUSTER_JOBS: readonly Job[] = [
    {
        labels: { job: "kube-state-metrics" },
        up: object("up", { namespace: "monitoring" }),
        blind: "outages, errors, latency, crash loops, missing pods and agents",
    },
    ...Object.entries({
        "/metrics": "volumes",
        "/metrics/cadvisor": "memory and CPU",
        "/metrics/probes": "probes, and so errors and latency",
    }).map(([path, blind]) => ({
        labels: { job: "kubelet", metrics_path: path },
        up: kubelet(path, "up", { namespace: "kube-system" }),
        blind,
    })),
];

/** Cases of alerts on metrics that are missing, or too many. */
export const metrics: CaseTable = {
    groups: ["metrics"],
    cases: (context) => {
        const { namespace } = context.mesh;
        const samples = app(context, "scrape_samples_scraped");
        return {
            X0tta6bl4MetricsMissing: missing([
                {
                    labels: { job: JOBS.mesh, namespace },
                    up: app(context, "up"),
                    blind: "circuit breaker, certificates, MAPE-K and requests",
                },
            ]),
            SpireMetricsMissing: missing(spireJobs(context)),
            ClusterMetricsMissing: missing(CLUSTER_JOBS),
            X0tta6bl4TooManySeries: [
                {
                    kind: "fires",
                    title: "a scrape gives 5001 samples",
                    series: { [samples]: flat(5001) },
                    notYetAt: "29m30s",
                    at: "30m",
                    fires: [
                        {
                            labels: { severity: "info", namespace, job: JOBS.mesh, pod: "x0tta6bl4-7d9f-abcde" },
                            description:
                                "Pod x0tta6bl4-7d9f-abcde (x0tta6bl4) gives 5001 samples a scrape: a label has too many values.",
                        },
                    ],
                },
                { kind: "boundary", title: "it gives 5000", series: { [samples]: flat(5000) }, at: "1h" },
                {
                    kind: "stays quiet",
                    title: "another job has more",
                    series: { [object("scrape_samples_scraped", { namespace: "monitoring" })]: flat(90_000) },
                    at: "1h",
                },
                { kind: "no data", title: "nothing is scraped", series: {}, at: "1h" },
            ],
        };
    },
};
