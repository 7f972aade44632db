import type { Labels } from "../../shared/labels";

/** Label `job` of kube-state-metrics, as the monitoring chart scrapes it. */
const STATE_METRICS_JOB = "kube-state-metrics";

/** Label `job` of the kubelet; `metrics_path` distinguishes its four endpoints. */
export const KUBELET_JOB = "kubelet";

/**
 * A selector, e.g. `up{job="a",status=~"5.."}`.
 * @param labels Labels with the values that they must have.
 * @param more Further matchers in PromQL syntax.
 */
export function series(name: string, labels: Labels, ...more: string[]): string {
    const matchers = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    return `${name}{${[...matchers, ...more].join(",")}}`;
}

/** A series of kube-state-metrics. */
export function objects(name: string, labels: Labels, ...more: string[]): string {
    return series(name, { job: STATE_METRICS_JOB, ...labels }, ...more);
}

/** A query of kube-state-metrics in its parts, see {@link objects}. */
export interface ObjectsQuery {
    readonly name: string;
    readonly labels: Labels & { readonly namespace: string };
    readonly more: readonly string[];
}

/** A series of the kubelet. */
export function kubelet(
    path: "/metrics" | "/metrics/cadvisor" | "/metrics/probes",
    name: string,
    labels: Labels,
    ...more: string[]
): string {
    return series(name, { job: KUBELET_JOB, metrics_path: path, ...labels }, ...more);
}

/** Sum of the rates (per second) of counters by some labels. */
export function sumOfRates(counters: string, window: string, by: string): string {
    return `sum by (${by}) (rate(${counters}[${window}]))`;
}

/** Sum of the increases of counters by some labels. */
export function sumOfIncreases(counters: string, window: string, by: string): string {
    return `sum by (${by}) (increase(${counters}[${window}]))`;
}

/** The greater of two vectors with the same labels; where one has no series, the other. */
export function maximum(a: string, b: string): string {
    return `(${a} >= ${b}) or ${b} or ${a}`;
}

/** Time that a first deployment can take until all its objects exist (s): the mesh is created after SPIRE is ready. */
const FIRST_DEPLOYMENT_SECONDS = 1_800;

/**
 * True if an object that should exist is missing. While kube-state-metrics does not respond, the state of objects is
 * unknown, and the result is empty. It is also empty in the first half hour of a namespace in which the object was
 * never seen: the first deployment is still in progress.
 * @param name A metric that kube-state-metrics exposes for each object of the kind.
 * @param more Further matchers in PromQL syntax.
 */
export function gone(
    name: string,
    labels: Labels & { readonly namespace: string },
    by: string,
    ...more: readonly string[]
): string {
    const object = objects(name, labels, ...more);
    const created = objects("kube_namespace_created", { namespace: labels.namespace });
    return (
        `sum by (${by}) (absent(${object})) and on () (max(${objects("up", {})}) == 1) ` +
        `unless on () (time() - max(${created}) < ${FIRST_DEPLOYMENT_SECONDS} unless on () max(max_over_time(${object}[1d])))`
    );
}

/**
 * `unless` clause for a workload that is starting for the first time: it is new, and none of its pods existed within
 * the last day. If its age is unknown, it is considered old.
 * @param pods Series that count the existing pods.
 * @param created Series with the creation time of the workload.
 * @param seconds Time that its first pods can take to start (s).
 */
export function unlessStarting(pods: string, created: string, seconds: number, by: string): string {
    const seen = `sum by (${by}) (max_over_time(${pods}[1d])) > 0`;
    return `unless on (${by}) (time() - max by (${by}) (${created}) <= ${seconds} unless on (${by}) ${seen})`;
}

/** Matcher for a bucket boundary: Go exposes 1, Python 1.0, and Prometheus 3 stores both as 1.0. */
export function upTo(bound: number): string {
    return Number.isInteger(bound) ? `le=~"${bound}([.]0)?"` : `le="${bound}"`;
}
