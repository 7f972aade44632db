import type { RuleContext } from "../../../components/monitoring/rules";
import { app, flat, grows, kubelet, object, POD, ready, STATE_METRICS_UP } from "../support/samples";
import type { CaseTable, Expected } from "../support/types";

const OK = { method: "GET", endpoint: "/status", status: "200", api_key: "a" };
const FAILED = { ...OK, status: "503" };

/** Requests: so many in 30 s, of which some fail. */
export function requests(context: RuleContext, good: number, failed?: number): Record<string, string> {
    const name = "x0tta6bl4_requests_total";
    return {
        [app(context, name, OK)]: grows(good),
        ...(failed === undefined ? {} : { [app(context, name, FAILED)]: grows(failed) }),
    };
}

/** Probes of one pod that serves: so many in 30 s, of which some fail. */
export function probes(context: RuleContext, good: number, failed?: number): Record<string, string> {
    const probe = (result: string) =>
        kubelet("/metrics/probes", "prober_probe_total", {
            namespace: context.mesh.namespace,
            pod: POD,
            container: "x0tta6bl4",
            probe_type: "Readiness",
            result,
        });
    return {
        ...ready(context),
        [probe("successful")]: grows(good),
        ...(failed === undefined ? {} : { [probe("failed")]: grows(failed) }),
    };
}

/** Pods of the mesh that are available. */
export function available({ mesh }: RuleContext, values: string): Record<string, string> {
    const labels = { namespace: mesh.namespace, deployment: mesh.name };
    return { [object("kube_deployment_status_replicas_available", labels)]: values };
}

/** Creation time of the Deployment (s after the first sample). */
export function created({ mesh }: RuleContext, seconds: number): Record<string, string> {
    return { [object("kube_deployment_created", { namespace: mesh.namespace, deployment: mesh.name })]: flat(seconds) };
}

/** Durations of requests: so many in 30 s, of which some take between 1 s and 2.5 s. */
export function durations(context: RuleContext, all: number, slow: number): Record<string, string> {
    const bucket = (le: string) =>
        app(context, "x0tta6bl4_request_duration_seconds_bucket", { method: "GET", endpoint: "/status", le });
    return {
        [bucket("0.5")]: grows(0),
        [bucket("1.0")]: grows(all - slow),
        [bucket("2.5")]: grows(all),
        [bucket("+Inf")]: grows(all),
        [app(context, "x0tta6bl4_request_duration_seconds_count", { method: "GET", endpoint: "/status" })]: grows(all),
    };
}

/** Durations of probes, likewise. */
export function answers(context: RuleContext, all: number, slow: number): Record<string, string> {
    const labels = { namespace: context.mesh.namespace, pod: POD, container: "x0tta6bl4", probe_type: "Liveness" };
    const of = (name: string, more: Record<string, string> = {}) =>
        kubelet("/metrics/probes", `prober_probe_duration_seconds_${name}`, { ...labels, ...more });
    return {
        ...ready(context),
        [of("bucket", { le: "0.5" })]: grows(0),
        [of("bucket", { le: "1" })]: grows(all - slow),
        [of("bucket", { le: "2.5" })]: grows(all),
        [of("bucket", { le: "+Inf" })]: grows(all),
        [of("count")]: grows(all),
    };
}

function errors({ mesh }: RuleContext, share: string): Expected[] {
    return [
        {
            labels: { severity: "warning", namespace: mesh.namespace },
            description: `${share} of the requests to ${mesh.namespace} fail (probes, where the app records no requests).`,
        },
    ];
}

function down({ mesh }: RuleContext): Expected[] {
    return [
        {
            labels: { severity: "critical", namespace: mesh.namespace, deployment: mesh.name },
            description: `Deployment ${mesh.name} in ${mesh.namespace} has no available pod, or is gone.`,
        },
    ];
}

function slow({ mesh }: RuleContext, time: string): Expected[] {
    return [
        {
            labels: { severity: "warning", namespace: mesh.namespace },
            description: `One in twenty requests to ${mesh.namespace} takes longer than ${time} (probes, where the app records no requests).`,
        },
    ];
}

/** Cases of alerts on symptoms that users notice. */
export const users: CaseTable = {
    groups: ["requests", "users"],
    cases: (context) => ({
        X0tta6bl4HighErrorRate: [
            {
                kind: "fires",
                title: "5.2 % of the requests fail",
                series: requests(context, 94.8, 5.2),
                notYetAt: "5m",
                at: "7m",
                fires: errors(context, "5.2%"),
            },
            {
                kind: "fires",
                title: "the app records no requests, and 6 % of the probes fail",
                series: { ...probes(context, 94, 6), ...available(context, flat(2)) },
                at: "12m",
                fires: errors(context, "6%"),
            },
            {
                kind: "fires",
                title: "all pods crashed, so that there are neither requests nor probes",
                series: available(context, "2x20 0x40"),
                at: "20m",
                fires: errors(context, "100%"),
            },
            {
                kind: "boundary",
                title: "4.9 % of the requests fail",
                series: requests(context, 95.1, 4.9),
                at: "20m",
            },
            {
                kind: "stays quiet",
                title: "no request ever failed, and no probe",
                series: { ...requests(context, 100), ...probes(context, 6) },
                at: "20m",
            },
            {
                kind: "stays quiet",
                title: "too few requests to judge, all of which fail, while probes succeed",
                series: { ...requests(context, 0, 14), ...probes(context, 6) },
                at: "20m",
            },
            {
                kind: "stays quiet",
                title: "requests succeed while 10 % of the probes fail",
                series: { ...requests(context, 100, 1), ...probes(context, 9, 1) },
                at: "20m",
            },
            {
                kind: "no data",
                title: "the app counts requests, but there is no traffic",
                series: { ...requests(context, 0, 0), ...probes(context, 6) },
                at: "20m",
            },
            { kind: "no data", title: "nothing is measured", series: {}, at: "20m" },
        ],
        X0tta6bl4MeshDown: [
            {
                kind: "fires",
                title: "no pod is available",
                series: available(context, flat(0)),
                notYetAt: "1m30s",
                at: "2m",
                fires: down(context),
            },
            {
                kind: "fires",
                title: "the Deployment is gone",
                series: STATE_METRICS_UP,
                at: "2m",
                fires: down(context),
            },
            {
                kind: "fires",
                title: "the first pod of a new stack is not there when its deadline has passed",
                series: { ...available(context, flat(0)), ...created(context, 0) },
                notYetAt: "12m",
                at: "12m30s",
                fires: down(context),
            },
            {
                kind: "fires",
                title: "a Deployment that was made again does not come up",
                series: { ...available(context, "2x4 0x60"), ...created(context, 150) },
                at: "4m30s",
                fires: down(context),
            },
            { kind: "boundary", title: "one pod is available", series: available(context, flat(1)), at: "20m" },
            {
                kind: "stays quiet",
                title: "pods come back within 2 minutes",
                series: available(context, "2x4 0x2 2x20"),
                at: "3m30s",
            },
            { kind: "no data", title: "kube-state-metrics does not answer", series: {}, at: "20m" },
        ],
        X0tta6bl4HighLatency: [
            {
                kind: "fires",
                title: "one in ten requests takes between 1 s and 2.5 s",
                series: durations(context, 100, 10),
                notYetAt: "5m",
                at: "7m",
                fires: slow(context, "1.75s"),
            },
            {
                kind: "fires",
                title: "the app records no requests, and one in ten probes is answered that slowly",
                series: answers(context, 20, 2),
                at: "12m",
                fires: slow(context, "1.75s"),
            },
            { kind: "boundary", title: "95 % take less than 1 s", series: durations(context, 100, 4.9), at: "20m" },
            {
                kind: "stays quiet",
                title: "too few requests to judge, all slow, while probes are answered fast",
                series: { ...durations(context, 14, 14), ...answers(context, 20, 0) },
                at: "20m",
            },
            {
                kind: "no data",
                title: "no traffic",
                series: { ...durations(context, 0, 0), ...answers(context, 20, 0) },
                at: "20m",
            },
        ],
    }),
};
