import { JOBS } from "../jobs";
import { APP } from "../../mesh/names";
import { kubelet, maximum, objects, series, sumOfRates, upTo } from "./promql";
import { EVALUATION_SECONDS, RECORDS, WINDOW_SECONDS, type Window, WINDOWS } from "./records";
import type { Recording, RuleContext } from "./types";

/** A series that the mesh app emits. */
export function app({ mesh }: RuleContext, name: string, ...more: string[]): string {
    return series(name, { job: JOBS.mesh, namespace: mesh.namespace }, ...more);
}

/** The probes that the kubelets send to a running mesh container; a start-up probe may fail at will. */
function probes({ mesh }: RuleContext, name: string, ...more: string[]): string {
    const labels = { namespace: mesh.namespace, container: APP };
    return kubelet("/metrics/probes", name, labels, 'probe_type=~"Liveness|Readiness"', ...more);
}

/** Keeps a measure of requests only while there are enough of them. */
function enough(context: RuleContext, measure: string, requests: string): string {
    return `(${measure}) and (${requests} >= ${context.settings.minimumRequestRate})`;
}

/**
 * Share of failures. The app in its present form records no requests; probes take their place then, and an outage
 * counts as failure of everything, since a container that does not run is not probed.
 */
function errors(context: RuleContext, window: Window): Recording[] {
    const all = sumOfRates(app(context, "x0tta6bl4_requests_total"), window, "namespace");
    const failed = sumOfRates(app(context, "x0tta6bl4_requests_total", 'status=~"5.."'), window, "namespace");
    const probed = sumOfRates(probes(context, "prober_probe_total"), window, "namespace");
    const unanswered = sumOfRates(probes(context, "prober_probe_total", 'result!="successful"'), window, "namespace");
    // Times of which nothing is known count as good: a new stack has many of them.
    const evaluations = WINDOW_SECONDS[window] / EVALUATION_SECONDS;
    const recorded = (name: (window: Window) => string) => series(name(window), { namespace: context.mesh.namespace });
    const { requestErrors, probeFailures, outage } = RECORDS;
    return [
        { record: requestErrors(window), expr: enough(context, share(failed, all), all) },
        { record: probeFailures(window), expr: share(unanswered, probed) },
        {
            record: outage(window),
            expr: `sum_over_time(${series(RECORDS.down, { namespace: context.mesh.namespace })}[${window}]) / ${evaluations}`,
        },
        {
            record: RECORDS.errors(window),
            expr: `${recorded(requestErrors)} or ${maximum(recorded(probeFailures), recorded(outage))}`,
        },
    ];
}

/** Share of some counters in all; 0, not nothing, while there are none of the former. */
function share(some: string, all: string): string {
    return `(${some} or 0 * ${all}) / ${all}`;
}

/** Share of requests, or else probes, that took longer than the objective allows. */
function slow(context: RuleContext, window: Window): string {
    const within = upTo(context.settings.slo.latencySeconds);
    const tooSlow = (fast: string, all: string) => `1 - ${fast} / ${all}`;
    const rates = (name: string, of: typeof app): [string, string] => [
        sumOfRates(of(context, `${name}_bucket`, within), window, "namespace"),
        sumOfRates(of(context, `${name}_count`), window, "namespace"),
    ];
    const requests = rates("x0tta6bl4_request_duration_seconds", app);
    const answers = rates("prober_probe_duration_seconds", probes);
    return `(${enough(context, tooSlow(...requests), requests[1])}) or (${tooSlow(...answers)})`;
}

function quantile(value: number, buckets: string, by: string): string {
    return `histogram_quantile(${value}, ${sumOfRates(buckets, "5m", `${by}, le`)})`;
}

/** Requests: rate, errors and durations, for the whole mesh and by endpoint. */
export function requestRecordings(context: RuleContext): Recording[] {
    const requests = app(context, "x0tta6bl4_requests_total");
    const failed = app(context, "x0tta6bl4_requests_total", 'status=~"5.."');
    const buckets = app(context, "x0tta6bl4_request_duration_seconds_bucket");
    const endpoint = "namespace, endpoint";
    const all = sumOfRates(requests, "5m", endpoint);
    const endpointErrors = share(sumOfRates(failed, "5m", endpoint), all);
    const durations = (["p50", "p95", "p99"] as const).flatMap((name) => {
        const value = Number(`0.${name.slice(1)}`);
        return [
            { record: RECORDS.duration[name], expr: quantile(value, buckets, "namespace") },
            { record: RECORDS.endpointDuration[name], expr: quantile(value, buckets, endpoint) },
        ];
    });
    return [
        { record: RECORDS.requests, expr: sumOfRates(requests, "5m", "namespace") },
        { record: RECORDS.endpointRequests, expr: all },
        { record: RECORDS.endpointErrors, expr: endpointErrors },
        ...durations,
    ];
}

/** What users feel, by requests or else by probes: the base of alerts and objectives. */
export function signalRecordings(context: RuleContext): Recording[] {
    const { namespace, name } = context.mesh;
    const pods = objects("kube_deployment_status_replicas_available", { namespace, deployment: name });
    // A new stack whose pods have yet to start has no users.
    const down = `sum by (namespace) (${pods}) == bool 0 and sum by (namespace) (max_over_time(${pods}[1d])) > 0`;
    const requests = sumOfRates(app(context, "x0tta6bl4_request_duration_seconds_count"), "5m", "namespace");
    const ofRequests = quantile(0.95, app(context, "x0tta6bl4_request_duration_seconds_bucket"), "namespace");
    const ofProbes = quantile(0.95, probes(context, "prober_probe_duration_seconds_bucket"), "namespace");
    return [
        { record: RECORDS.down, expr: down },
        { record: RECORDS.latency, expr: `(${enough(context, ofRequests, requests)}) or ${ofProbes}` },
        ...WINDOWS.flatMap((window) => [
            ...errors(context, window),
            { record: RECORDS.slow(window), expr: slow(context, window) },
        ]),
    ];
}
