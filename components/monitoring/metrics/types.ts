/** What emits a metric, as it is scraped by the monitoring stack. */
export type MetricSource =
    /** The mesh app at its own `/metrics`. */
    | "app"
    | "spire-server"
    | "spire-agent"
    | "spire-controller-manager"
    | "kube-state-metrics"
    /** The API server; some managed clusters do not let it be scraped. */
    | "api-server"
    /** The kubelet's own metrics and its `/metrics/probes`. */
    | "kubelet"
    /** The kubelet's `/metrics/cadvisor`. */
    | "cadvisor"
    | "node-exporter"
    /** The controller of Rollouts, with canaries. */
    | "argo-rollouts"
    /** Prometheus itself, which adds some series to every target. */
    | "prometheus";

/** Type of a metric. A histogram has series `_bucket`, `_sum` and `_count`; a summary `_sum`, `_count` and quantiles. */
export type MetricType = "counter" | "gauge" | "histogram" | "summary";

/** One metric that a target of this stack emits. */
export interface Metric {
    /** Name without the suffixes of a histogram or summary. */
    readonly name: string;
    /** What emits it. */
    readonly source: MetricSource;
    /** Type of the metric. */
    readonly type: MetricType;
    /** Labels of its own, without those that the scrape adds (`job`, `namespace`, `pod`, `instance` ...). */
    readonly labels: readonly string[];
    /**
     * Whether anything records values. Some metrics of the app are defined and never set: one with labels has no
     * series then, one without reads 0. Nothing may be concluded from either.
     */
    readonly recorded: boolean;
    /** What it counts, with its unit. */
    readonly description: string;
}

/** A metric by parts; `recorded` is true unless said otherwise. */
type Entry = readonly [name: string, labels: readonly string[], description: string];

/** Makes metrics of one source and type. */
export function metricsOf(
    source: MetricSource,
    type: MetricType,
    entries: readonly Entry[],
    options: { readonly recorded: boolean } = { recorded: true },
): Metric[] {
    return entries.map(([name, labels, description]) => ({ name, source, type, labels, description, ...options }));
}
