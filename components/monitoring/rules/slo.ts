import { series } from "./promql";
import { RECORDS, type Window } from "./records";
import type { Alert, Group, RuleContext, AlertSeverity, ThresholdSetting } from "./types";

/** How fast an error budget of 30 days is used up, over a long window and still over a short one. */
export interface Burn {
    /** Times the rate at which the budget would last exactly 30 days. */
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

/** What an objective says. */
interface Objective {
    readonly alert: string;
    /** Share of good requests (%). */
    readonly percent: number;
    /** Series of bad shares by window. */
    readonly bad: (window: Window) => string;
    /** What a bad request does. */
    readonly fails: string;
    readonly settings: readonly ThresholdSetting[];
}

/** Objectives of availability and latency. */
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

/** Bad share at which a budget burns at a rate. */
export function burnThreshold(percent: number, factor: number): number {
    // Twelve digits: binary fractions such as 1 - 0.999 would show in the rules.
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
