import assert from "node:assert/strict";
import { METRICS, seriesNames } from "../../components/monitoring/metrics";
import { recordedNames, type RuleContext, ruleFile, ruleGroups } from "../../components/monitoring/rules";
import { seriesIn } from "../support/promql";
import { STACKS } from "../support/mesh";
import { TABLES } from "./cases";
import { contextOf } from "./support/context";
import { checkRules, testRules } from "./support/promtool";
import { testGroup } from "./support/testGroup";
import type { Kind } from "./support/types";

/** Kinds of cases that each alert has. */
const KINDS: readonly Kind[] = ["fires", "stays quiet", "boundary", "no data"];

/** Gauges that are 0 until something sets them. */
const UNSET_GAUGES = METRICS.filter(
    ({ type, source }) => type === "gauge" && ["app", "spire-server"].includes(source),
).map(({ name }) => name);

function rules(context: RuleContext, groups?: readonly string[]) {
    const all = ruleGroups(context);
    const chosen = groups === undefined ? all : all.filter(({ name }) => groups.includes(name));
    return ruleFile(chosen, context.settings.runbookBaseUrl);
}

for (const stack of STACKS) {
    const context = contextOf(stack);
    const alerts = ruleGroups(context).flatMap(({ alerts: own }) => own);
    const cases = new Map(TABLES.flatMap((table) => Object.entries(table.cases(context))));

    describe(`Rules of ${stack}`, () => {
        it("are valid for promtool", async () => {
            assert.equal(await checkRules(rules(context)), "");
        });

        it("use only metrics that something emits, or that a rule records", () => {
            for (const rule of rules(context).groups.flatMap(({ rules: own }) => own)) {
                const unknown = seriesIn(rule.expr).filter(
                    (name) => !seriesNames.has(name) && !recordedNames.has(name),
                );
                assert.deepEqual(unknown, [], rule.expr);
            }
        });

        it("record exactly the series that they say they record", () => {
            const recorded = ruleGroups(context).flatMap(({ recordings = [] }) =>
                recordings.map(({ record }) => record),
            );
            assert.deepEqual(new Set(recorded), recordedNames);
        });

        it("have cases for every alert, none for others, and no two of one title", () => {
            for (const [alert, own] of cases) {
                assert.equal(new Set(own.map(({ kind, title }) => `${kind} ${title}`)).size, own.length, alert);
            }
            assert.deepEqual([...cases.keys()].sort(), [...new Set(alerts.map(({ alert }) => alert))].sort());
        });

        for (const [alert, own] of cases) {
            it(`${alert} has every kind of case, and one that fires for each of its rules`, () => {
                const ofIt = alerts.filter((rule) => rule.alert === alert);
                const unset = ofIt.some(({ expr }) => seriesIn(expr).some((name) => UNSET_GAUGES.includes(name)));
                const wanted: Kind[] = unset ? [...KINDS, "never set"] : [...KINDS];
                assert.deepEqual(
                    wanted.filter((kind) => own.every((example) => example.kind !== kind)),
                    [],
                    "kinds of cases that are missing",
                );
                const silent = ofIt.filter((rule) =>
                    own.every(({ fires = [] }) =>
                        fires.every(({ labels }) =>
                            Object.entries({ severity: rule.severity, ...rule.labels }).some(
                                ([name, value]) => labels[name] !== value,
                            ),
                        ),
                    ),
                );
                assert.deepEqual(silent, [], "rules that no case makes fire");
            });
        }
    });

    for (const table of TABLES) {
        describe(`Alerts of ${stack}: ${table.groups.at(-1) ?? ""}`, () => {
            const groups = Object.entries(table.cases(context)).flatMap(([alert, own]) =>
                own.map((example) => testGroup(alerts, alert, example)),
            );
            let failures: ReadonlyMap<string, string> = new Map();

            before(async () => {
                failures = await testRules(rules(context, table.groups), groups);
            });

            for (const { name } of groups) {
                it(name, () => {
                    const failure = failures.get(name);
                    assert.ok(failure === undefined, failure);
                });
            }
        });
    }
}
