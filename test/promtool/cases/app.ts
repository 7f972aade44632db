import type { RuleContext } from "../../../components/monitoring/rules";
import { app as appSeries, flat, grows, POD } from "../support/samples";
import type { CaseTable, Expected } from "../support/types";

/** MAPE-K cycles of a phase: so many in 30 s, of which some take longer than 1 s. */
function phases(context: RuleContext, all: string, fast: string): Record<string, string> {
    const name = "x0tta6bl4_mapek_cycle_duration_seconds";
    return {
        [appSeries(context, `${name}_bucket`, { phase: "plan", le: "1.0" })]: fast,
        [appSeries(context, `${name}_bucket`, { phase: "plan", le: "+Inf" })]: all,
        [appSeries(context, `${name}_count`, { phase: "plan" })]: all,
    };
}

/** Recoveries: the sum of their times (s), and one in each 30 s. */
function recoveries(context: RuleContext, seconds: number): Record<string, string> {
    const name = "x0tta6bl4_self_healing_mttr_seconds";
    return {
        [appSeries(context, `${name}_sum`, { recovery_type: "restart" })]: grows(seconds),
        [appSeries(context, `${name}_count`, { recovery_type: "restart" })]: grows(1),
    };
}

function slowRecovery({ mesh }: RuleContext, severity: string, time: string): Expected {
    return {
        labels: { severity, namespace: mesh.namespace, recovery_type: "restart" },
        description: `Recoveries restart in ${mesh.namespace} took ${time} on average in the last 30 minutes.`,
    };
}

/** Cases of alerts on the app's metrics. */
export const app: CaseTable = {
    groups: ["app"],
    cases: (context) => {
        const { namespace } = context.mesh;
        const breaker = appSeries(context, "x0tta6bl4_db_circuit_breaker_state");
        const left = appSeries(context, "x0tta6bl4_mtls_certificate_expiry_seconds");
        const refused = appSeries(context, "x0tta6bl4_mtls_validation_failures_total", { failure_type: "expired" });
        const expiring = (time: string): Expected[] => [
            {
                labels: { severity: "critical", namespace, pod: POD },
                description: `The certificate of pod ${POD} in ${namespace} has ${time} left and was not renewed.`,
            },
        ];
        return {
            X0tta6bl4CircuitBreakerOpen: [
                {
                    kind: "fires",
                    title: "the breaker of a pod is open",
                    series: { [breaker]: flat(1) },
                    notYetAt: "30s",
                    at: "1m",
                    fires: [
                        {
                            labels: { severity: "critical", namespace, pod: POD },
                            description: `The database circuit breaker of pod ${POD} in ${namespace} is open.`,
                        },
                    ],
                },
                { kind: "boundary", title: "it is half-open", series: { [breaker]: flat(2) }, at: "10m" },
                { kind: "stays quiet", title: "it opens for 30 s", series: { [breaker]: "0x4 1 0x20" }, at: "3m" },
                { kind: "never set", title: "no statement was sent yet", series: { [breaker]: flat(0) }, at: "10m" },
                { kind: "no data", title: "the app is not scraped", series: {}, at: "10m" },
            ],
            X0tta6bl4CertificateExpiring: [
                {
                    kind: "fires",
                    title: "14 minutes are left",
                    series: { [left]: flat(840) },
                    notYetAt: "1m30s",
                    at: "2m",
                    fires: expiring("14m 0s"),
                },
                {
                    kind: "fires",
                    title: "it ended a minute ago",
                    series: { [left]: flat(-60) },
                    at: "2m",
                    fires: expiring("-1m 0s"),
                },
                { kind: "boundary", title: "15 minutes are left", series: { [left]: flat(900) }, at: "10m" },
                {
                    kind: "stays quiet",
                    title: "it is renewed in time",
                    series: { [left]: "3600-30x60 3600-30x60" },
                    at: "55m",
                },
                { kind: "never set", title: "the mTLS controller never ran", series: { [left]: flat(0) }, at: "10m" },
                { kind: "no data", title: "the app is not scraped", series: {}, at: "10m" },
            ],
            X0tta6bl4MtlsValidationFailures: [
                {
                    kind: "fires",
                    title: "a certificate is refused each minute",
                    series: { [refused]: grows(0.5) },
                    at: "20m",
                    fires: [
                        {
                            labels: { severity: "warning", namespace, failure_type: "expired" },
                            description: `10 certificates were refused in ${namespace} in 10 minutes: expired.`,
                        },
                    ],
                },
                {
                    kind: "boundary",
                    title: "5 are refused in 10 minutes",
                    series: { [refused]: grows(0.25) },
                    at: "30m",
                },
                {
                    kind: "stays quiet",
                    title: "many were refused, but long ago",
                    series: { [refused]: flat(1000) },
                    at: "20m",
                },
                { kind: "no data", title: "none was ever refused", series: {}, at: "20m" },
            ],
            X0tta6bl4MapekSlow: [
                {
                    kind: "fires",
                    title: "one in ten takes longer than 1 s",
                    series: phases(context, grows(10), grows(9)),
                    notYetAt: "10m",
                    at: "11m",
                    fires: [
                        {
                            labels: { severity: "warning", namespace, phase: "plan" },
                            description: `10% of the phases plan in ${namespace} take longer than 1 s.`,
                        },
                    ],
                },
                {
                    kind: "boundary",
                    title: "one in 25 takes longer than 1 s",
                    series: phases(context, grows(100), grows(96)),
                    at: "30m",
                },
                {
                    kind: "stays quiet",
                    title: "all are fast",
                    series: phases(context, grows(10), grows(10)),
                    at: "30m",
                },
                {
                    kind: "no data",
                    title: "the loop does not run",
                    series: phases(context, flat(0), flat(0)),
                    at: "30m",
                },
            ],
            X0tta6bl4MapekStalled: [
                {
                    kind: "fires",
                    title: "no cycle for 15 minutes, after half an hour of them",
                    series: phases(context, "0+6x60 360x100", "0+6x60 360x100"),
                    notYetAt: "43m",
                    at: "46m",
                    fires: [
                        {
                            labels: { severity: "warning", namespace, pod: POD },
                            description: `The loop of pod ${POD} in ${namespace} ran within the last hour and has not for 10 minutes: nothing heals itself there.`,
                        },
                    ],
                },
                {
                    kind: "boundary",
                    title: "one cycle in 5 minutes",
                    series: phases(context, "0+0.1x200", "0+0.1x200"),
                    at: "1h10m",
                },
                {
                    kind: "stays quiet",
                    title: "the loop never ran",
                    series: phases(context, flat(0), flat(0)),
                    at: "1h10m",
                },
                {
                    kind: "stays quiet",
                    title: "the pod is gone",
                    series: phases(context, "0+6x60 stale", "0+6x60 stale"),
                    at: "46m",
                },
                { kind: "no data", title: "the app has no loop", series: {}, at: "1h10m" },
            ],
            X0tta6bl4SelfHealingSlow: [
                {
                    kind: "fires",
                    title: "recoveries take 12 s",
                    series: recoveries(context, 12),
                    notYetAt: "5m",
                    at: "7m",
                    fires: [slowRecovery(context, "warning", "12s")],
                },
                {
                    kind: "fires",
                    title: "recoveries take 40 s",
                    series: recoveries(context, 40),
                    at: "7m",
                    fires: [slowRecovery(context, "warning", "40s"), slowRecovery(context, "critical", "40s")],
                },
                { kind: "boundary", title: "they take 10 s", series: recoveries(context, 10), at: "30m" },
                { kind: "stays quiet", title: "they take 2 s", series: recoveries(context, 2), at: "30m" },
                { kind: "no data", title: "nothing had to recover", series: {}, at: "30m" },
            ],
        };
    },
};
