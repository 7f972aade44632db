import { parseDuration } from "../../../settings/shared/duration";
import { sumOfIncreases, sumOfRates, upTo } from "./promql";
import { app } from "./signals";
import type { Alert, Group, RuleContext } from "./types";

/** Share of MAPE-K phases that may take longer than the threshold. */
const SLOW_SHARE = 0.05;

/** Alerts on the app's metrics about its components. */
export function appGroup(context: RuleContext): Group {
    return {
        name: "app",
        alerts: [
            circuitBreakerOpen(context),
            certificateExpiring(context),
            mtlsFailures(context),
            mapekSlow(context),
            mapekStalled(context),
            ...selfHealingSlow(context),
        ],
    };
}

function circuitBreakerOpen(context: RuleContext): Alert {
    return {
        alert: "X0tta6bl4CircuitBreakerOpen",
        // 2 is half-open: the app is trying again.
        expr: `max by (namespace, pod) (${app(context, "x0tta6bl4_db_circuit_breaker_state")}) == 1`,
        for: "1m",
        severity: "critical",
        team: "mesh",
        summary: "A mesh pod has stopped asking its database.",
        description: "The database circuit breaker of pod {{ $labels.pod }} in {{ $labels.namespace }} is open.",
        condition: "the database circuit breaker of a pod is open (1)",
        settings: [],
    };
}

function certificateExpiring(context: RuleContext): Alert {
    const left = app(context, "x0tta6bl4_mtls_certificate_expiry_seconds");
    const { certificateRemaining } = context.settings;
    return {
        alert: "X0tta6bl4CertificateExpiring",
        // The gauge is 0 until the mTLS controller has run; below 0 the certificate has expired.
        expr: `min by (namespace, pod) (${left} != 0) < ${parseDuration(certificateRemaining) ?? 0}`,
        for: "2m",
        severity: "critical",
        team: "mesh",
        summary: "The mTLS certificate of a mesh pod is about to end.",
        description:
            "The certificate of pod {{ $labels.pod }} in {{ $labels.namespace }} has {{ $value | humanizeDuration }} left and was not renewed.",
        condition: `less than ${certificateRemaining} left of a pod's mTLS certificate; 0 means that none was ever set`,
        settings: ["certificateRemaining"],
    };
}

function mtlsFailures(context: RuleContext): Alert {
    const failures = app(context, "x0tta6bl4_mtls_validation_failures_total");
    const { mtlsFailures: tolerated } = context.settings;
    return {
        alert: "X0tta6bl4MtlsValidationFailures",
        expr: `${sumOfIncreases(failures, "10m", "namespace, failure_type")} > ${tolerated}`,
        for: "5m",
        severity: "warning",
        team: "mesh",
        summary: "Mesh pods refuse certificates of peers.",
        description:
            "{{ $value | humanize }} certificates were refused in {{ $labels.namespace }} in 10 minutes: {{ $labels.failure_type }}.",
        condition: `more than ${tolerated} peer certificates refused in 10 m for one reason`,
        settings: ["mtlsFailures"],
    };
}

function mapekSlow(context: RuleContext): Alert {
    const { mapekPhaseSeconds } = context.settings;
    const phases = (suffix: string, ...more: string[]) =>
        sumOfRates(
            app(context, `x0tta6bl4_mapek_cycle_duration_seconds_${suffix}`, ...more),
            "10m",
            "namespace, phase",
        );
    return {
        alert: "X0tta6bl4MapekSlow",
        // A quantile would not work: the last bucket ends at 1 s, so no quantile can exceed it.
        expr: `1 - ${phases("bucket", upTo(mapekPhaseSeconds))} / ${phases("count")} > ${SLOW_SHARE}`,
        for: "10m",
        severity: "warning",
        team: "mesh",
        summary: "MAPE-K is slow.",
        description: `{{ $value | humanizePercentage }} of the phases {{ $labels.phase }} in {{ $labels.namespace }} take longer than ${mapekPhaseSeconds} s.`,
        condition: `more than ${SLOW_SHARE * 100} % of a MAPE-K phase take longer than ${mapekPhaseSeconds} s`,
        settings: ["mapekPhaseSeconds"],
    };
}

function mapekStalled(context: RuleContext): Alert {
    const cycles = app(context, "x0tta6bl4_mapek_cycle_duration_seconds_count");
    const by = "namespace, pod";
    return {
        alert: "X0tta6bl4MapekStalled",
        // The app does not count failed cycles; only a loop that has stopped running can be detected.
        expr: `${sumOfIncreases(cycles, "10m", by)} == 0 and ${sumOfIncreases(cycles, "1h", by)} > 0`,
        for: "5m",
        severity: "warning",
        team: "mesh",
        summary: "MAPE-K has stopped.",
        description:
            "The loop of pod {{ $labels.pod }} in {{ $labels.namespace }} ran within the last hour and has not for 10 minutes: nothing heals itself there.",
        condition: "a pod's MAPE-K loop ran within the last hour, but not in the last 10 m",
        settings: [],
    };
}

function selfHealingSlow(context: RuleContext): Alert[] {
    const recoveries = (suffix: string) =>
        sumOfRates(app(context, `x0tta6bl4_self_healing_mttr_seconds_${suffix}`), "30m", "namespace, recovery_type");
    const { recoverySeconds, recoveryCriticalSeconds } = context.settings;
    const rule = (seconds: number, severity: Alert["severity"], duration: string): Alert => ({
        alert: "X0tta6bl4SelfHealingSlow",
        expr: `${recoveries("sum")} / ${recoveries("count")} > ${seconds}`,
        for: duration,
        severity,
        team: "mesh",
        summary: "Recovery takes too long.",
        description:
            "Recoveries {{ $labels.recovery_type }} in {{ $labels.namespace }} took {{ $value | humanizeDuration }} on average in the last 30 minutes.",
        condition: `mean time to recover above ${seconds} s over 30 m`,
        settings: [severity === "critical" ? "recoveryCriticalSeconds" : "recoverySeconds"],
    });
    return [rule(recoverySeconds, "warning", "5m"), rule(recoveryCriticalSeconds, "critical", "2m")];
}
