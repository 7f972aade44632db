import { z } from "zod";
import { dashboards } from "../../components/monitoring/dashboards/all";
import { ruleGroups } from "../../components/monitoring/rules";
import { pooled } from "../../process/pooled";
import { ownsOperator } from "../../settings/monitoring/schema";
import type { Expectation } from "../expectation";
import { failed, judge, type Difference, type Outcome, passed } from "../outcome";
import type { DeepCheck } from "./check";
import type { Lab } from "./lab";
import type { DeepOptions } from "./options";
import { alertmanager, prometheus, query, QueryFault } from "./prometheus";
import { filledIn, isConditional, selectorsOf } from "./promql";
import { receiversNotified } from "./receivers";

const TOPIC = "Monitoring";

/** Alerts that fire in a cluster without faults: the chart's heartbeat, and an alert that only mutes others. */
const EXPECTED_ALERTS = new Set(["Watchdog", "InfoInhibitor"]);

/** Maximum number of concurrent queries. */
const PARALLEL = 8;

/** Maximum number of similar reasons that are shown. */
const SHOWN = 3;

const targetsSchema = z.object({
    data: z.object({
        activeTargets: z.array(
            z.object({
                labels: z.record(z.string(), z.string()),
                health: z.string(),
                lastError: z.string().default(""),
                scrapeUrl: z.string().default(""),
            }),
        ),
    }),
});

const rulesSchema = z.object({
    data: z.object({
        groups: z.array(
            z.object({
                name: z.string(),
                rules: z.array(z.object({ name: z.string(), health: z.string(), lastError: z.string().default("") })),
            }),
        ),
    }),
});

const alertsSchema = z.object({
    data: z.object({
        alerts: z.array(
            z.object({
                labels: z.record(z.string(), z.string()),
                annotations: z.record(z.string(), z.string()).default({}),
                state: z.string(),
            }),
        ),
    }),
});

/** Why this stack has no Prometheus to query. */
function notOurs({ monitoring: { settings } }: Expectation): string | undefined {
    return ownsOperator(settings) ? undefined : "monitoring is not this stack's (monitoring.enabled, .chart.type)";
}

/** Evaluates targets: at least one, and all up. */
export function judgeTargets(answer: unknown): Outcome {
    const targets = targetsSchema.parse(answer).data.activeTargets;
    if (targets.length === 0) {
        return failed("Prometheus has no target");
    }
    const down = targets.filter(({ health }) => health !== "up");
    return judge(
        down.map(({ labels, health, lastError, scrapeUrl }) => ({
            path: `${labels.job ?? "?"} ${labels.instance ?? scrapeUrl}`,
            expected: "up",
            actual: lastError === "" ? health : `${health}: ${lastError}`,
        })),
        `${targets.length} of ${targets.length}`,
    );
}

/** Evaluates rules: none failed at its last evaluation. */
export function judgeRules(answer: unknown): Outcome {
    const rules = rulesSchema
        .parse(answer)
        .data.groups.flatMap((group) => group.rules.map((rule) => ({ ...rule, group: group.name })));
    return judge(
        rules
            .filter(({ health }) => health !== "ok")
            .map(({ group, name, health, lastError }) => ({
                path: `${group} ${name}`,
                expected: "ok",
                actual: lastError === "" ? health : `${health}: ${lastError}`,
            })),
        `${rules.length} of ${rules.length}`,
    );
}

/** Evaluates alerts: none fires except those that always do. */
export function judgeAlerts(answer: unknown): Outcome {
    const firing = alertsSchema.parse(answer).data.alerts.filter(({ state }) => state === "firing");
    const unexpected = firing.filter(({ labels }) => !EXPECTED_ALERTS.has(labels.alertname ?? ""));
    const differences = unexpected.map(({ labels, annotations }): Difference => ({
        path: `${labels.alertname ?? "?"} (${labels.severity ?? "no severity"}) ${labels.namespace ?? ""}`.trim(),
        expected: "not firing",
        actual: annotations.summary ?? annotations.description ?? "firing",
    }));
    return judge(differences, firing.map(({ labels }) => labels.alertname).join(", "));
}

/** An expression that should have a value. */
export interface Wanted {
    /** Purpose, e.g. the name of the recording rule. */
    readonly name: string;
    readonly expr: string;
    /** Name of the series in which its result is recorded; unset: it is evaluated on demand. */
    readonly recordedAs?: string;
    /** Why the result may be empty, if the author stated a reason. */
    readonly mayBeEmpty?: string;
}

/** Runs each query; an empty result needs a reason: its own, or series that do not exist yet. */
export async function judgeQueries(
    wanted: readonly Wanted[],
    ask: (expr: string) => Promise<number>,
): Promise<Outcome> {
    const differences: Difference[] = [];
    const reasons: string[] = [];
    const existing = new Map<string, Promise<number>>();
    const exists = async (selector: string): Promise<boolean> => {
        const count = existing.get(selector) ?? ask(`count(${selector})`);
        existing.set(selector, count);
        return (await count) > 0;
    };
    const judgeOne = async ({ name, expr, recordedAs, mayBeEmpty }: Wanted): Promise<void> => {
        let results: number;
        try {
            results = await ask(recordedAs ?? expr);
        } catch (error) {
            if (error instanceof QueryFault) {
                differences.push({ path: name, expected: "a query that Prometheus takes", actual: error.message });
                return;
            }
            throw error;
        }
        if (results > 0) {
            return;
        }
        const absent: string[] = [];
        for (const selector of selectorsOf(expr)) {
            if (!(await exists(selector))) {
                absent.push(selector);
            }
        }
        if (absent.length > 0) {
            reasons.push(`${name}: no series ${absent[0] ?? ""}`);
        } else if (mayBeEmpty !== undefined || isConditional(expr)) {
            reasons.push(`${name}: ${mayBeEmpty ?? "its condition does not hold now"}`);
        } else {
            differences.push({ path: name, expected: "a value", actual: "none, though its series exist" });
        }
    };
    await pooled(wanted, PARALLEL, judgeOne);
    const more = reasons.length > SHOWN ? `; and ${reasons.length - SHOWN} more` : "";
    const without = reasons.length === 0 ? "" : `; without: ${reasons.slice(0, SHOWN).join("; ")}${more}`;
    return judge(differences, `${wanted.length - reasons.length - differences.length} of ${wanted.length}${without}`);
}

/** Counts the series of a query's result. */
function counting(lab: Lab): (expr: string) => Promise<number> {
    const to = prometheus(lab);
    return async (expr) => (await query(to, expr)).length;
}

/** Queries of the panels, with all values of the variables selected. */
function panelQueries({ expected }: Lab): Wanted[] {
    const { namespace, spire, monitoring } = expected;
    const variables = { namespace, spireNamespaces: [spire.serverNamespace, spire.systemNamespace] };
    return dashboards(monitoring.rules).flatMap(({ title, rows }) =>
        rows.flatMap(({ panels }) =>
            panels.flatMap((panel) =>
                panel.queries.map(({ expr }, index) => ({
                    name: `${title} / ${panel.title}${panel.queries.length > 1 ? ` (${index + 1})` : ""}`,
                    expr: filledIn(expr, variables),
                    mayBeEmpty: panel.noValue,
                })),
            ),
        ),
    );
}

/** The recording rules of the stack: each series must exist, and where it does not, the expression shows why. */
function recordings({ expected }: Lab): Wanted[] {
    return ruleGroups(expected.monitoring.rules).flatMap(({ recordings: own = [] }) =>
        own.map(({ record, expr }) => ({ name: record, expr, recordedAs: record })),
    );
}

/**
 * Builds a check that queries Prometheus or Alertmanager.
 * @param notAsked Why the check has to be requested; `undefined` if it is requested.
 */
function check(
    name: string,
    run: DeepCheck["run"],
    notAsked: (options: DeepOptions) => string | undefined = () => undefined,
): DeepCheck {
    return {
        topic: TOPIC,
        name,
        look: "get prometheuses,alertmanagers,prometheusrules,servicemonitors --all-namespaces",
        containers: true,
        notHere: (expected, options) => notOurs(expected) ?? notAsked(options),
        run,
    };
}

/** Checks of Prometheus and Alertmanager, through their APIs. */
export const MONITORING_DEEP_CHECKS: readonly DeepCheck[] = [
    check("every target is up", async (lab) => judgeTargets(await prometheus(lab).get("/api/v1/targets?state=active"))),
    check("every rule is healthy", async (lab) => judgeRules(await prometheus(lab).get("/api/v1/rules"))),
    check("own records have values", (lab) => judgeQueries(recordings(lab), counting(lab))),
    check("own panels have data", (lab) => judgeQueries(panelQueries(lab), counting(lab))),
    check("no unexpected alert fires", async (lab) => judgeAlerts(await prometheus(lab).get("/api/v1/alerts"))),
    check("an alert reaches Alertmanager", async (lab) => {
        const answer = await alertmanager(lab).get("/api/v2/alerts?filter=alertname%3D%22Watchdog%22");
        return z.array(z.unknown()).parse(answer).length > 0
            ? passed("Watchdog")
            : failed("Alertmanager has no alert Watchdog, which Prometheus always sends");
    }),
    check("receivers are notified", receiversNotified, ({ receivers }) =>
        receivers ? undefined : "sends a test alert to every receiver; --receivers asks for it",
    ),
];
