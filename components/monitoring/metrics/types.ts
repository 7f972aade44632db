/** Source of a metric, as scraped by the monitoring stack. */
export type MetricSource =
    /** The mesh app's `/metrics`. */
    | "app"
    | "spire-server"
    | "spire-agent"
    | "spire-controller-manager"
    | "kube-state-metrics"
    /** The API server; some managed clusters do not allow scraping it. */
    | "api-server"
    /** The kubelet's `/metrics` and `/metrics/probes`. */
    | "kubelet"
    /** The kubelet's `/metrics/cadvisor`. */
    | "cadvisor"
    | "node-exporter"
    /** The controller of Rollouts, with canaries. */
    | "argo-rollouts"
    /** Prometheus, which generates some series for every target. */
    | "prometheus";

/**
 * Type of a metric. A histogram has series `_bucket`, `_sum` and `_count`; a summary has `_sum`, `_count` and
 * quantiles.
 */
export type MetricType = "counter" | "gauge" | "histogram" | "summary";

/** A metric that a target of this stack exposes. */
export interface Metric {
    /** Name without the suffixes of a histogram or summary. */
    readonly name: string;
    /** Source of the metric. */
    readonly source: MetricSource;
    /** Type of the metric. */
    readonly type: MetricType;
    /** Labels of the metric, without those that scraping adds (`job`, `namespace`, `pod`, `instance` ...). */
    readonly labels: readonly string[];
    /**
     * Whether values are recorded. Some metrics of the app are defined but never set: one with labels then has no
     * series, one without labels is 0. Neither allows a conclusion.
     */
    readonly recorded: boolean;
    /** What the metric measures, with its unit. */
    readonly description: string;
}

/** Variable fields of a metric. */
type Entry = readonly [name: string, labels: readonly string[], description: string];

/** Builds metrics of one source and type. @param recorded See {@link Metric.recorded}. Default: true. */
export function metricsOf(
    source: MetricSource,
    type: MetricType,
    entries: readonly Entry[],
    options: { readonly recorded: boolean } = { recorded: true },
): Metric[] {
    return entries.map(([name, labels, description]) => ({ name, source, type, labels, description, ...options }));
}
