import * as units from "@grafana/grafana-foundation-sdk/units";
import type { RuleContext } from "../rules";
import { RECORDS, type Window, WINDOWS } from "../rules/records";
import { BURNS, burnThreshold } from "../rules/slo";
import { glance, lines, row, stat, table } from "./kinds";
import type { DashboardSpec, PanelSpec, RowSpec } from "./model";
import { NEVER_HAPPENED, NOT_RECORDED, NOT_RECORDED_NOTE } from "./notes";
import { IN_NAMESPACE, OF_PODS, quantile, rate, sumBy } from "./promql";
import { below, neutral, tooHigh } from "./thresholds";
import { MESH_VARIABLES } from "./variables";

/** Period of the error budget (days). */
const BUDGET_DAYS = 30;

/** Longest recorded window, by which error budgets are evaluated. */
const LONG: Window = "3d";
const LONG_DAYS = 3;

const SOURCE = "Of requests, or of the kubelets' health checks while the app records too few requests";

/** A service level objective, with the ratio of bad events. */
interface Objective {
    /** Name of the objective, as a noun. */
    readonly name: string;
    /** Description of a good request, as a predicate. */
    readonly good: string;
    /** Description of bad requests, as a sentence. */
    readonly missed: string;
    /** Description of what is counted, as a sentence. */
    readonly source: string;
    readonly percent: number;
    readonly bad: (window: Window) => string;
    readonly alert: string;
}

/** Dashboard of service level objectives: to what degree they are met. */
export function slo({ settings }: RuleContext): DashboardSpec {
    const { availabilityPercent, latencyPercent, latencySeconds } = settings.slo;
    const availability: Objective = {
        name: "Availability",
        good: "do not fail",
        missed: "Share that fails, over five minutes.",
        source: `${SOURCE}; an outage counts as failure.`,
        percent: availabilityPercent,
        bad: RECORDS.errors,
        alert: "X0tta6bl4ErrorBudgetBurn",
    };
    const latency: Objective = {
        name: "Latency",
        good: `take at most ${latencySeconds} s`,
        missed: `Share that takes longer than ${latencySeconds} s, over five minutes.`,
        source: `${SOURCE}; an outage does not count, since nothing answers.`,
        percent: latencyPercent,
        bad: RECORDS.slow,
        alert: "X0tta6bl4LatencyBudgetBurn",
    };
    return {
        uid: "x0tta6bl4-slo",
        title: "SLO overview",
        question: "Do we keep what we promise, and for how long still?",
        variables: MESH_VARIABLES,
        rows: [
            glance(...numbers(availability), ...numbers(latency)),
            details(availability),
            details(latency),
            row(
                "Where it comes from",
                lines({
                    title: "Failed health checks by pod",
                    description:
                        "Share of the checks of each pod that fail. One pod: its node or its data. All pods: the app or what it needs.",
                    unit: units.PercentUnit,
                    queries: [
                        {
                            expr: `${rate("prober_probe_total", `${OF_PODS}, result="failed"`, "pod")} / ${rate("prober_probe_total", OF_PODS, "pod")}`,
                            legend: "{{pod}}",
                        },
                    ],
                    min: 0,
                    noValue: NEVER_HAPPENED,
                }),
                lines({
                    title: "Health check latency by pod, p95",
                    description: "Time that a pod takes to answer a check; the objective's limit is the line.",
                    unit: units.Seconds,
                    queries: [
                        {
                            expr: quantile(
                                0.95,
                                "prober_probe_duration_seconds",
                                `${OF_PODS}, probe_type="Liveness"`,
                                "pod",
                            ),
                            legend: "{{pod}}",
                        },
                    ],
                    thresholds: tooHigh(latencySeconds / 2, latencySeconds),
                    min: 0,
                }),
                lines({
                    title: "Failed requests by route",
                    description: `Share of 5xx answers of the ten worst routes. ${NOT_RECORDED_NOTE}`,
                    unit: units.PercentUnit,
                    queries: [
                        { expr: `topk(10, ${RECORDS.endpointErrors}{${IN_NAMESPACE}} > 0)`, legend: "{{endpoint}}" },
                    ],
                    min: 0,
                    noValue: NOT_RECORDED,
                }),
                lines({
                    title: "Slowest routes, p95",
                    description: `The ten slowest. ${NOT_RECORDED_NOTE}`,
                    unit: units.Seconds,
                    queries: [
                        { expr: `topk(10, ${RECORDS.endpointDuration.p95}{${IN_NAMESPACE}})`, legend: "{{endpoint}}" },
                    ],
                    thresholds: tooHigh(latencySeconds / 2, latencySeconds),
                    min: 0,
                    noValue: NOT_RECORDED,
                }),
            ),
            row(
                "Alerts of the objectives",
                table({
                    title: "Budgets that burn too fast",
                    description:
                        "Each alert holds over a long and a short window. `critical` pages a person, `warning` is for working hours.",
                    unit: units.Number,
                    by: ["alertname", "severity", "alertstate", "long"],
                    queries: [
                        {
                            expr: `${sumBy("alertname", "severity", "alertstate", "long")} (ALERTS{${IN_NAMESPACE}, alertname=~"${availability.alert}|${latency.alert}"})`,
                            legend: "Number",
                        },
                    ],
                    noValue: "no alert",
                    alerts: [availability.alert, latency.alert],
                }),
            ),
        ],
    };
}

/** The objective's three stat panels in the first row. */
function numbers({ name, good, source, percent, bad, alert }: Objective): PanelSpec[] {
    const [fastest] = BURNS;
    return [
        stat({
            title: `${name}, 3 d`,
            description: `Requests of three days that ${good}, of all; the objective is ${percent} %. ${source} Where Prometheus keeps less than three days, of what it has.`,
            unit: units.PercentUnit,
            queries: [{ expr: `1 - ${bad(LONG)}{${IN_NAMESPACE}}`, legend: "kept" }],
            thresholds: below(percent / 100),
            alerts: [alert],
        }),
        stat({
            title: `${name}: burn rate, 1 h`,
            description: `Times the rate at which the error budget would last exactly ${BUDGET_DAYS} days. Above 1 it will not last.`,
            unit: units.Number,
            queries: [{ expr: burn(bad("1h"), percent), legend: "burn rate" }],
            thresholds: tooHigh(1, fastest?.factor ?? 1),
            min: 0,
            alerts: [alert],
        }),
        stat({
            title: `${name}: budget used in 3 d`,
            description: `Part of the error budget of ${BUDGET_DAYS} days that the last three days took; a tenth would be their share.`,
            unit: units.PercentUnit,
            queries: [{ expr: `${burn(bad(LONG), percent)} * ${LONG_DAYS / BUDGET_DAYS}`, legend: "used" }],
            thresholds: tooHigh(LONG_DAYS / BUDGET_DAYS, 0.5),
            min: 0,
            alerts: [alert],
        }),
    ];
}

/** The row that shows the objective over time. */
function details({ name, good, missed, source, percent, bad, alert }: Objective): RowSpec {
    return row(
        `${name}: ${percent} % ${good}`,
        lines({
            title: `${name}: missed, 5 m`,
            description: `${missed} ${source}`,
            unit: units.PercentUnit,
            queries: [{ expr: `${bad("5m")}{${IN_NAMESPACE}}`, legend: "missed" }],
            thresholds: neutral,
            min: 0,
        }),
        lines({
            title: `${name}: burn rates`,
            description: `The budget's rate of use over each window. Alerts at ${BURNS.map(({ factor, long, short }) => `${factor} over ${long} and ${short}`).join(", ")}.`,
            unit: units.Number,
            queries: WINDOWS.map((window) => ({ expr: burn(bad(window), percent), legend: window })),
            thresholds: tooHigh(1, BURNS[0]?.factor ?? 1),
            min: 0,
            alerts: [alert],
        }),
    );
}

/** Burn rate: multiple of the rate at which the error budget lasts exactly for its period. */
function burn(series: string, percent: number): string {
    return `${series}{${IN_NAMESPACE}} / ${burnThreshold(percent, 1)}`;
}
