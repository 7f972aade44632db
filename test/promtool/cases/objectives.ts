import { BURNS, type Burn } from "../../../components/monitoring/rules/slo";
import type { RuleContext } from "../../../components/monitoring/rules";
import { app, flat } from "../support/samples";
import type { CaseTable, Expected, RuleCase } from "../support/types";
import { available, created, durations, probes, requests } from "./users";

/** An objective from the settings, as described in the alerts. */
interface Objective {
    readonly percent: number;
    readonly fails: string;
    /** A hundred thousand requests at a time, of which so many are bad. */
    readonly bad: (context: RuleContext, count: number) => Record<string, string>;
}

/** Requests between two samples: so many that even the longest window has enough of them immediately. */
const ALL = 100_000;

/** When each burn rate has held for long enough, counted from the first bad request. */
const TIMES: Readonly<Record<string, Pick<RuleCase, "notYetAt" | "at" | "interval">>> = {
    "1h": { notYetAt: "2m", at: "4m" },
    "6h": { notYetAt: "15m", at: "17m" },
    "1d": { notYetAt: "1h", at: "1h6m", interval: "2m" },
    "3d": { notYetAt: "3h", at: "3h6m", interval: "2m" },
};

function burning(context: RuleContext, { percent, fails }: Objective, burn: Burn, share: string): Expected {
    const { namespace } = context.mesh;
    const { long, short, severity, factor } = burn;
    return {
        labels: { severity, long, short, namespace },
        description: `${share} of the requests to ${namespace} ${fails} over ${long}: ${factor} times what the objective of ${percent} % allows (probes, where the app records no requests).`,
    };
}

/** Shares of bad requests as the alerts write them: four digits. */
function percentage(share: number): string {
    return `${Number((share * 100).toPrecision(4))}%`;
}

function budgetCases(context: RuleContext, objective: Objective): RuleCase[] {
    const budget = (100 - objective.percent) / 100;
    // A little above the burn rate of one rule is below that of the one before it.
    const above = (factor: number) => Number((budget * factor * 1.05).toPrecision(6));
    const slowest = BURNS[BURNS.length - 1];
    return [
        ...BURNS.map((burn): RuleCase => {
            const share = above(burn.factor);
            return {
                kind: "fires",
                title: `the budget burns ${burn.factor} times too fast`,
                series: objective.bad(context, share * ALL),
                ...(TIMES[burn.long] ?? { at: "1h" }),
                fires: [burning(context, objective, burn, percentage(share))],
            };
        }),
        {
            kind: "boundary",
            title: `the budget burns just less than ${slowest?.factor ?? 1} times too fast`,
            series: objective.bad(context, budget * 0.99 * ALL),
            at: "3h30m",
            interval: "2m",
        },
        { kind: "no data", title: "nothing is measured", series: {}, at: "20m" },
    ];
}

/** Requests that fail with so many of 30 s after each other, of 1000 each. */
function failing(context: RuleContext, values: string): Record<string, string> {
    return { ...requests(context, 1000), [app(context, "x0tta6bl4_requests_total", { status: "500" })]: values };
}

/** Cases of alerts on error budgets. */
export const objectives: CaseTable = {
    groups: ["requests", "users", "objectives"],
    cases: (context) => {
        const { slo } = context.settings;
        const availability: Objective = {
            percent: slo.availabilityPercent,
            fails: "fail",
            bad: (_, count) => requests(context, ALL - count, count),
        };
        const latency: Objective = {
            percent: slo.latencyPercent,
            fails: `take longer than ${slo.latencySeconds} s`,
            bad: (_, count) => durations(context, ALL, count),
        };
        const [fastest, fast] = BURNS;
        return {
            X0tta6bl4ErrorBudgetBurn: [
                ...budgetCases(context, availability),
                {
                    kind: "stays quiet",
                    title: "requests failed for a minute after a good half hour",
                    series: failing(context, "0x60 100+100x1 200x60"),
                    at: "38m",
                },
                {
                    kind: "stays quiet",
                    title: "half an hour of errors is over for a while",
                    series: failing(context, "0+50x60 3000x100"),
                    at: "1h5m",
                },
                {
                    kind: "stays quiet",
                    title: "too few requests to judge, all of which fail, while probes succeed",
                    series: { ...requests(context, 0, 14), ...probes(context, 6) },
                    at: "40m",
                },
                {
                    kind: "stays quiet",
                    title: "a new stack whose pods took 5 minutes to start",
                    series: { ...created(context, 0), ...available(context, "0x9 2x230"), ...probes(context, 6) },
                    at: "30m",
                },
                {
                    kind: "fires",
                    title: "all pods are gone for 6 minutes after a good hour",
                    series: available(context, "2x120 0x100"),
                    at: "1h6m",
                    fires: fastest === undefined ? [] : [burning(context, availability, fastest, "10%")],
                },
                {
                    kind: "fires",
                    title: "the app records no requests, and 2 % of the probes fail",
                    series: { ...probes(context, 98, 2), ...available(context, flat(2)) },
                    at: "22m",
                    fires: [fastest, fast].flatMap((burn) =>
                        burn === undefined ? [] : [burning(context, availability, burn, "2%")],
                    ),
                },
            ],
            X0tta6bl4LatencyBudgetBurn: [
                ...budgetCases(context, latency),
                {
                    kind: "stays quiet",
                    title: "too few requests to judge, all slow",
                    series: durations(context, 14, 14),
                    at: "40m",
                },
            ],
        };
    },
};
