import { EVALUATION_SECONDS } from "../../../components/monitoring/rules/records";
import type { Alert } from "../../../components/monitoring/rules";
import type { TestGroup } from "./promtool";
import type { Expected, RuleCase } from "./types";

/** A case in promtool's format. */
export function testGroup(rules: readonly Alert[], alert: string, example: RuleCase): TestGroup {
    const { kind, title, series, at, fires = [], notYetAt, interval = `${EVALUATION_SECONDS}s` } = example;
    const check = (time: string, expected: readonly Expected[]) => ({
        eval_time: time,
        alertname: alert,
        exp_alerts: expected.map((one) => expectation(rules, alert, one)),
    });
    return {
        name: `${alert} (${kind}): ${title}`,
        interval,
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        alert_rule_test: [...(notYetAt === undefined ? [] : [check(notYetAt, [])]), check(at, fires)],
    };
}

/** What promtool should find: the case's own labels and text, and what the rule says in every case. */
function expectation(rules: readonly Alert[], alert: string, { labels, description }: Expected) {
    const rule = rules.find(
        (candidate) =>
            candidate.alert === alert &&
            Object.entries({ severity: candidate.severity, ...candidate.labels }).every(
                ([name, value]) => labels[name] === value,
            ),
    );
    if (rule === undefined) {
        throw new Error(`no rule ${alert} has the labels ${JSON.stringify(labels)}`);
    }
    return {
        exp_labels: { team: rule.team, ...labels },
        exp_annotations: { summary: rule.summary, description, runbook_url: `docs/runbooks/${alert}.md` },
    };
}
