import { series } from "./promql";
import { RECORDS, type Window } from "./records";
import type { Alert, Group, RuleContext, AlertSeverity, ThresholdSetting } from "./types";

/** A burn rate of a 30-day error budget, measured over a long window and a short one. */
export interface Burn {
    /** Burn rate: multiple of the rate at which the budget lasts exactly 30 days. */
    readonly factor: number;
    readonly long: Window;
    readonly short: Window;
    readonly for: string;
    readonly severity: AlertSeverity;
}

/** Windows and factors of Google's SRE workbook (chapter 5), as the monitoring chart's own objectives use them. */
export const BURNS: readonly Burn[] = [
    { factor: 14.4, long: "1h", short: "5m", for: "2m", severity: "critical" },
    { factor: 6, long: "6h", short: "30m", for: "15m", severity: "critical" },
    { factor: 3, long: "1d", short: "2h", for: "1h", severity: "warning" },
    { factor: 1, long: "3d", short: "6h", for: "3h", severity: "warning" },
];

/** A service level objective. */
interface Objective {
    readonly alert: string;
    /** Target ratio of good requests (%). */
    readonly percent: number;
    /** Series with the ratio of bad requests, by window. */
    readonly bad: (window: Window) => string;
    /** Description of a bad request, as a predicate. */
    readonly fails: string;
    readonly settings: readonly ThresholdSetting[];
}

/** Alerts on the availability and latency objectives. */
export function sloGroup({ settings, mesh }: RuleContext): Group {
    const { availabilityPercent, latencyPercent, latencySeconds } = settings.slo;
    const objectives: Objective[] = [
        {
            alert: "X0tta6bl4ErrorBudgetBurn",
            percent: availabilityPercent,
            bad: RECORDS.errors,
            fails: "fail",
            settings: ["slo.availabilityPercent", "minimumRequestRate"],
        },
        {
            alert: "X0tta6bl4LatencyBudgetBurn",
            percent: latencyPercent,
            bad: RECORDS.slow,
            fails: `take longer than ${latencySeconds} s`,
            settings: ["slo.latencyPercent", "slo.latencySeconds", "minimumRequestRate"],
        },
    ];
    return {
        name: "objectives",
        alerts: objectives.flatMap((objective) => BURNS.map((burn) => budgetBurn(objective, burn, mesh.namespace))),
    };
}

/** Ratio of bad requests at which a budget burns at a given rate. */
export function burnThreshold(percent: number, factor: number): number {
    // Twelve digits: floating-point noise, e.g. of 1 - 0.999, would be visible in the rules.
    return Number((((100 - percent) / 100) * factor).toPrecision(12));
}

function budgetBurn({ alert, percent, bad, fails, settings }: Objective, burn: Burn, namespace: string): Alert {
    const threshold = burnThreshold(percent, burn.factor);
    const above = (window: Window) => `${series(bad(window), { namespace })} > ${threshold}`;
    return {
        alert,
        expr: `${above(burn.long)} and ${above(burn.short)}`,
        for: burn.for,
        severity: burn.severity,
        team: "mesh",
        labels: { long: burn.long, short: burn.short },
        summary: `Too many requests ${fails} for the objective of ${percent} %.`,
        description: `{{ $value | humanizePercentage }} of the requests to {{ $labels.namespace }} ${fails} over ${burn.long}: ${burn.factor} times what the objective of ${percent} % allows (probes, where the app records no requests).`,
        condition: `more than ${burn.factor} × ${Number((100 - percent).toPrecision(12))} % of requests ${fails} over ${burn.long} and over ${burn.short}`,
        settings,
    };
}
