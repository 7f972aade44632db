import assert from "node:assert/strict";
import { ruleFile, ruleGroups } from "../../components/monitoring/rules";
import type { RuleContext } from "../../components/monitoring/rules";
import { EVALUATION_SECONDS } from "../../components/monitoring/rules/records";
import { STACKS } from "../support/mesh";
import { canaryContextOf, contextOf } from "./support/context";
import { type TestGroup, testRules } from "./support/promtool";
import { meshSeries } from "./world/mesh";
import { platformSeries } from "./world/platform";
import { type Scenario, SCENARIOS } from "./world/scenarios";
import { samples } from "./world/timeline";

/** The alert of the monitoring chart that always fires, to show that alerting works. Its other rules are not here. */
const WATCHDOG = {
    name: "general.rules",
    rules: [{ alert: "Watchdog", expr: "vector(1)", labels: { severity: "none" } }],
};

/** A scenario in promtool's format: which alerts fired at any time, and which fire at the end. */
function group(
    context: RuleContext,
    { title, mesh, platform, minutes, blind, fires = [], endsWith = [] }: Scenario,
): TestGroup {
    const series = [...meshSeries(context, mesh), ...platformSeries(context, platform)];
    const firing = 'ALERTS{alertstate="firing"}';
    const count = (alerts: string) => `count by (alertname, severity) (${alerts})`;
    const expected = (names: readonly string[]) =>
        ["Watchdog none", ...names].map((text) => {
            const [alertname, severity] = text.split(" ");
            return { labels: `{alertname="${alertname}", severity="${severity}"}`, value: 1 };
        });
    return {
        name: title,
        interval: `${EVALUATION_SECONDS}s`,
        input_series: series.map(([name, timeline]) => ({
            series: name,
            values: samples((seconds) => (isBlind(blind, seconds) ? undefined : timeline(seconds)), minutes),
        })),
        alert_rule_test: [],
        promql_expr_test: [
            {
                expr: `${count(`last_over_time(${firing}[${minutes}m])`)} > bool 0`,
                eval_time: `${minutes}m`,
                exp_samples: expected(fires),
            },
            { expr: `${count(firing)} > bool 0`, eval_time: `${minutes}m`, exp_samples: expected(endsWith) },
        ],
    };
}

function isBlind(blind: Scenario["blind"], seconds: number): boolean {
    return blind !== undefined && seconds >= blind.from && seconds < blind.until;
}

/** The stacks as they are, and one with canaries: its alerts must say the same of the same events. */
const WORLDS: readonly (readonly [string, RuleContext])[] = [
    ...STACKS.map((stack) => [stack, contextOf(stack)] as const),
    ["staging with canaries", canaryContextOf("staging")],
];

for (const [stack, context] of WORLDS) {
    describe(`Alerts of ${stack} in everyday events`, () => {
        const own = ruleFile(ruleGroups(context), context.settings.runbookBaseUrl);
        let failures: ReadonlyMap<string, string> = new Map();

        before(async function () {
            // An hour of every series of a stack, and every rule of it, for each scenario.
            this.timeout(600_000);
            const rules = { groups: [...own.groups, { ...WATCHDOG, interval: `${EVALUATION_SECONDS}s` }] };
            failures = await testRules(
                rules,
                SCENARIOS.map((scenario) => group(context, scenario)),
            );
        });

        for (const { title, fires = [], endsWith = [] } of SCENARIOS) {
            const what =
                fires.length === 0
                    ? "only Watchdog fires"
                    : `${fires.join(", ")}; in the end ${endsWith.join(", ") || "none"}`;
            it(`${title}: ${what}`, () => {
                const failure = failures.get(title);
                assert.ok(failure === undefined, failure);
            });
        }
    });
}
