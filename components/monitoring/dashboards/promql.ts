import { APP } from "../../mesh/names";
import { JOBS } from "../jobs";

/** Window of rates: Grafana widens it with the dashboard's time, and it always holds four scrapes. */
export const WINDOW = "$__rate_interval";

/** Labels of the mesh's objects that belong to no pod. */
export const IN_NAMESPACE = 'namespace="$namespace"';

/** Labels of the chosen mesh pods. */
export const OF_PODS = `${IN_NAMESPACE}, pod=~"$pod"`;

/** Labels of the app's own container in the chosen pods, for cAdvisor and kube-state-metrics. */
export const OF_CONTAINERS = `${OF_PODS}, container="${APP}"`;

/** Labels of what the app itself says, in the chosen pods. */
export const OF_APP = `job="${JOBS.mesh}", ${OF_PODS}`;

/** Labels of the mesh's Deployment, autoscaler or disruption budget: its name ends alike in every stack. */
export function named(label: string): string {
    return `${IN_NAMESPACE}, ${label}=~".+-${APP}"`;
}

/** Label of the chosen namespaces of SPIRE. */
export const IN_SPIRE = 'namespace=~"$spire_namespace"';

/** Labels of the chosen pods of SPIRE. */
export const OF_SPIRE_PODS = `${IN_SPIRE}, pod=~"$spire_pod"`;

/** Labels of what a part of SPIRE says of itself, in the chosen pods. */
export function ofSpire(job: string): string {
    return `job="${job}", ${OF_SPIRE_PODS}`;
}

/** Sum of the rates of a counter, by labels. */
export function rate(metric: string, labels: string, ...by: string[]): string {
    return `${sumBy(...by)} (rate(${metric}{${labels}}[${WINDOW}]))`;
}

/** What a counter grew by in a fixed time, such as `1h`; 0 where it does not exist. */
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
