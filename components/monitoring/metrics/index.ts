import { APP_METRICS } from "./app";
import { CLUSTER_METRICS } from "./cluster";
import { DELIVERY_METRICS } from "./delivery";
import { SPIRE_METRICS } from "./spire";
import type { Metric } from "./types";

export type { Metric, MetricSource, MetricType } from "./types";

/** All metrics that rules and dashboards can use: those that the targets of this stack expose. */
export const METRICS: readonly Metric[] = [...APP_METRICS, ...SPIRE_METRICS, ...CLUSTER_METRICS, ...DELIVERY_METRICS];

/** Suffixes of the series of each type of metric. */
const SUFFIXES: Readonly<Record<Metric["type"], readonly string[]>> = {
    counter: [""],
    gauge: [""],
    histogram: ["_bucket", "_sum", "_count"],
    summary: ["", "_sum", "_count"],
};

/** Names of a metric's series, e.g. `x0tta6bl4_request_duration_seconds_bucket`. */
export function seriesOf({ name, type }: Metric): string[] {
    return SUFFIXES[type].map((suffix) => `${name}${suffix}`);
}

/** Names of all series that an expression can select. */
export const seriesNames: ReadonlySet<string> = new Set(METRICS.flatMap(seriesOf));
