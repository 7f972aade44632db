import { APP } from "../../mesh/names";
import { JOBS } from "../jobs";

/**
 * Window of rates: Grafana widens it with the dashboard's time range, and it always spans at least four scrape
 * intervals.
 */
export const WINDOW = "$__rate_interval";

/** Matchers for objects of the mesh that are not specific to a pod. */
export const IN_NAMESPACE = 'namespace="$namespace"';

/** Matchers for the selected mesh pods. */
export const OF_PODS = `${IN_NAMESPACE}, pod=~"$pod"`;

/** Matchers for the app container in the selected pods, for metrics of cAdvisor and kube-state-metrics. */
export const OF_CONTAINERS = `${OF_PODS}, container="${APP}"`;

/** Matchers for the app's own metrics in the selected pods. */
export const OF_APP = `job="${JOBS.mesh}", ${OF_PODS}`;

/**
 * Matchers for the mesh's Deployment, autoscaler or disruption budget, whose name has the same suffix in every stack.
 */
export function named(label: string): string {
    return `${IN_NAMESPACE}, ${label}=~".+-${APP}"`;
}

/** Matcher for the selected SPIRE namespaces. */
export const IN_SPIRE = 'namespace=~"$spire_namespace"';

/** Matchers for the selected SPIRE pods. */
export const OF_SPIRE_PODS = `${IN_SPIRE}, pod=~"$spire_pod"`;

/** Matchers for the metrics of a part of SPIRE in the selected pods. */
export function ofSpire(job: string): string {
    return `job="${job}", ${OF_SPIRE_PODS}`;
}

/** Sum of the rates of a counter, by labels. */
export function rate(metric: string, labels: string, ...by: string[]): string {
    return `${sumBy(...by)} (rate(${metric}{${labels}}[${WINDOW}]))`;
}

/** Increase of a counter over a fixed window, such as `1h`; 0 if the counter does not exist. */
export function grown(metric: string, labels: string, time: string): string {
    return `sum (increase(${metric}{${labels}}[${time}])) or vector(0)`;
}

/** A quantile of a histogram, by labels. */
export function quantile(q: number, metric: string, labels: string, ...by: string[]): string {
    return `histogram_quantile(${q}, ${rate(`${metric}_bucket`, labels, "le", ...by)})`;
}

/** Mean of a summary or histogram over the window, by labels. */
export function mean(metric: string, labels: string, ...by: string[]): string {
    return `${rate(`${metric}_sum`, labels, ...by)} / ${rate(`${metric}_count`, labels, ...by)}`;
}

/** `sum by (...)`, or `sum`. */
export function sumBy(...by: string[]): string {
    return by.length === 0 ? "sum" : `sum by (${by.join(", ")})`;
}
