import { JOBS } from "../jobs";
import { APP } from "../../mesh/names";
import { kubelet, maximum, objects, unlessStarting, series, sumOfRates, upTo } from "./promql";
import { EVALUATION_SECONDS, RECORDS, WINDOW_SECONDS, type Window, WINDOWS } from "./records";
import type { Recording, RuleContext } from "./types";
import { availablePods, workloadCreated } from "./workload";

/** A series that the mesh app emits. */
export function app({ mesh }: RuleContext, name: string, ...more: string[]): string {
    return series(name, { job: JOBS.mesh, namespace: mesh.namespace }, ...more);
}

/**
 * A series about requests of users. A pod that starts or stops answers probes with 503; that is not a failed request,
 * if the app ever records probes.
 */
function requests(context: RuleContext, name: string, ...more: string[]): string {
    const own = context.mesh.ownPaths.map((path) => path.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\\\$&")).join("|");
    return app(context, name, `endpoint!~"${own}"`, ...more);
}

/** Probes that kubelets send to a running mesh container, without startup probes, which are expected to fail. */
function probes({ mesh }: RuleContext, name: string, ...more: string[]): string {
    const labels = { namespace: mesh.namespace, container: APP };
    return kubelet("/metrics/probes", name, labels, 'probe_type=~"Liveness|Readiness"', ...more);
}

/**
 * Pods whose probes are used as a substitute for requests: those that receive requests. Ready now, since the Service
 * excludes pods that are not; Ready 5 minutes ago, so that a window of 5 minutes excludes the startup even without a
 * startup probe; and not terminating. While no pod receives requests, {@link RECORDS}.down is 1.
 */
function serving({ mesh: { namespace } }: RuleContext): Recording {
    const one = "on (namespace, pod)";
    const ready = objects("kube_pod_status_ready", { namespace, condition: "true" });
    const ending = objects("kube_pod_deletion_timestamp", { namespace });
    return {
        record: RECORDS.serving,
        expr: `max by (namespace, pod) (${ready} offset 5m == 1 and ${one} ${ready} == 1 unless ${one} ${ending})`,
    };
}

/** Sum of the rates of probes over 5 minutes, of the pods that serve. */
function servedRate(context: RuleContext, counters: string, by = "namespace"): string {
    const pods = series(RECORDS.serving, { namespace: context.mesh.namespace });
    return `sum by (${by}) (rate(${counters}[5m]) and on (namespace, pod) ${pods})`;
}

/**
 * Rates of probes and of the answers to them. Ratios over longer windows are computed from these rates: the counters
 * also include probes from before a pod was Ready.
 */
function probeRecordings(context: RuleContext): Recording[] {
    const of = (name: string, ...more: string[]) => servedRate(context, probes(context, name, ...more));
    const all = of("prober_probe_total");
    const answers = of("prober_probe_duration_seconds_count");
    const fast = of("prober_probe_duration_seconds_bucket", upTo(context.settings.slo.latencySeconds));
    return [
        serving(context),
        { record: RECORDS.probes.all, expr: all },
        { record: RECORDS.probes.failed, expr: `${of("prober_probe_total", 'result!="successful"')} or 0 * ${all}` },
        { record: RECORDS.answers.all, expr: answers },
        { record: RECORDS.answers.slow, expr: `${answers} - ${fast}` },
    ];
}

/** Ratio of one recorded rate to another over a window. */
function shareOver(context: RuleContext, [some, all]: readonly [string, string], window: Window): string {
    const sum = (name: string) => `sum_over_time(${series(name, { namespace: context.mesh.namespace })}[${window}])`;
    return `${sum(some)} / ${sum(all)}`;
}

/** `unless` clause for a new stack whose first pods are starting: it has no users yet. */
export function unlessMeshStarts(mesh: RuleContext["mesh"], by: string): string {
    return unlessStarting(availablePods(mesh), workloadCreated(mesh), mesh.startSeconds, by);
}

/** Keeps a measure of requests only while there are enough requests. */
function enough(context: RuleContext, measure: string, requests: string): string {
    return `(${measure}) and (${requests} >= ${context.settings.minimumRequestRate})`;
}

/**
 * Failure ratio. The current version of the app records no requests; probes are used as a substitute, and an outage
 * counts as a failure ratio of 1, because a container that does not run is not probed.
 */
function errors(context: RuleContext, window: Window): Recording[] {
    const all = sumOfRates(requests(context, "x0tta6bl4_requests_total"), window, "namespace");
    const failed = sumOfRates(requests(context, "x0tta6bl4_requests_total", 'status=~"5.."'), window, "namespace");
    // Times without data count as good: a new stack has many of them.
    const evaluations = WINDOW_SECONDS[window] / EVALUATION_SECONDS;
    const recorded = (name: (window: Window) => string) => series(name(window), { namespace: context.mesh.namespace });
    const { requestErrors, probeFailures, outage } = RECORDS;
    return [
        { record: requestErrors(window), expr: enough(context, share(failed, all), all) },
        {
            record: probeFailures(window),
            expr: shareOver(context, [RECORDS.probes.failed, RECORDS.probes.all], window),
        },
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

/** Ratio of some counters to all; 0, not empty, while the former have no series. */
function share(some: string, all: string): string {
    return `(${some} or 0 * ${all}) / ${all}`;
}

/** Ratio of requests, or else of probes, that took longer than the objective allows. */
function slow(context: RuleContext, window: Window): string {
    const within = upTo(context.settings.slo.latencySeconds);
    const users = {
        fast: sumOfRates(requests(context, "x0tta6bl4_request_duration_seconds_bucket", within), window, "namespace"),
        all: sumOfRates(requests(context, "x0tta6bl4_request_duration_seconds_count"), window, "namespace"),
    };
    const answers = shareOver(context, [RECORDS.answers.slow, RECORDS.answers.all], window);
    return `(${enough(context, `1 - ${users.fast} / ${users.all}`, users.all)}) or (${answers})`;
}

function quantile(value: number, buckets: string, by: string): string {
    return `histogram_quantile(${value}, ${sumOfRates(buckets, "5m", `${by}, le`)})`;
}

/** Requests: rate, errors and durations, for the whole mesh and by endpoint. */
export function requestRecordings(context: RuleContext): Recording[] {
    const counted = requests(context, "x0tta6bl4_requests_total");
    const failed = requests(context, "x0tta6bl4_requests_total", 'status=~"5.."');
    const buckets = requests(context, "x0tta6bl4_request_duration_seconds_bucket");
    const endpoint = "namespace, endpoint";
    const all = sumOfRates(counted, "5m", endpoint);
    const endpointErrors = share(sumOfRates(failed, "5m", endpoint), all);
    const durations = (["p50", "p95", "p99"] as const).flatMap((name) => {
        const value = Number(`0.${name.slice(1)}`);
        return [
            { record: RECORDS.duration[name], expr: quantile(value, buckets, "namespace") },
            { record: RECORDS.endpointDuration[name], expr: quantile(value, buckets, endpoint) },
        ];
    });
    return [
        { record: RECORDS.requests, expr: sumOfRates(counted, "5m", "namespace") },
        { record: RECORDS.endpointRequests, expr: all },
        { record: RECORDS.endpointErrors, expr: endpointErrors },
        ...durations,
    ];
}

/** What users notice, measured by requests or else by probes: the basis of alerts and objectives. */
export function signalRecordings(context: RuleContext): Recording[] {
    const pods = availablePods(context.mesh);
    // A new stack whose pods have not started yet has no users.
    const down = `sum by (namespace) (${pods}) == bool 0 ${unlessMeshStarts(context.mesh, "namespace")}`;
    const recorded = sumOfRates(requests(context, "x0tta6bl4_request_duration_seconds_count"), "5m", "namespace");
    const ofRequests = quantile(0.95, requests(context, "x0tta6bl4_request_duration_seconds_bucket"), "namespace");
    const buckets = probes(context, "prober_probe_duration_seconds_bucket");
    const ofProbes = `histogram_quantile(0.95, ${servedRate(context, buckets, "namespace, le")})`;
    return [
        { record: RECORDS.down, expr: down },
        ...probeRecordings(context),
        { record: RECORDS.latency, expr: `(${enough(context, ofRequests, recorded)}) or ${ofProbes}` },
        ...WINDOWS.flatMap((window) => [
            ...errors(context, window),
            { record: RECORDS.slow(window), expr: slow(context, window) },
        ]),
    ];
}

/** Sum of the rates of probes of some pods that are Ready: their startup probe has kept what happened before out of it. */
function readyRate(context: RuleContext, pods: string, by: string, name: string, ...more: string[]): string {
    const ready = objects("kube_pod_status_ready", { namespace: context.mesh.namespace, condition: "true" }, pods);
    return `sum by (${by}) (rate(${probes(context, name, pods, ...more)}[5m]) and on (namespace, pod) ${ready} == 1)`;
}

/** Share of failures over 5 minutes of some pods, as {@link RECORDS}.errors has it for all. @param pods a matcher of `pod` */
export function errorShare(context: RuleContext, pods: string): string {
    const by = "namespace";
    const all = sumOfRates(requests(context, "x0tta6bl4_requests_total", pods), "5m", by);
    const failed = sumOfRates(requests(context, "x0tta6bl4_requests_total", pods, 'status=~"5.."'), "5m", by);
    const asked = readyRate(context, pods, by, "prober_probe_total");
    const unanswered = readyRate(context, pods, by, "prober_probe_total", 'result!="successful"');
    return `(${enough(context, share(failed, all), all)}) or (${share(unanswered, asked)})`;
}

/** 95th percentile (s) over 5 minutes of some pods, as {@link RECORDS}.latency has it for all. @param pods a matcher of `pod` */
export function ninetyFifth(context: RuleContext, pods: string): string {
    const all = sumOfRates(requests(context, "x0tta6bl4_request_duration_seconds_count", pods), "5m", "namespace");
    const ofRequests = quantile(
        0.95,
        requests(context, "x0tta6bl4_request_duration_seconds_bucket", pods),
        "namespace",
    );
    const answers = readyRate(context, pods, "namespace, le", "prober_probe_duration_seconds_bucket");
    return `(${enough(context, ofRequests, all)}) or histogram_quantile(0.95, ${answers})`;
}
