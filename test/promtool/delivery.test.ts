import assert from "node:assert/strict";
import { seriesNames } from "../../components/monitoring/metrics";
import { recordedNames, ruleFile, ruleGroups } from "../../components/monitoring/rules";
import { canaryCrashes, canaryErrors, canaryLatency, canaryUnobserved } from "../../components/monitoring/rules/canary";
import { STACKS } from "../support/mesh";
import { seriesIn } from "../support/promql";
import { delivery } from "./cases/delivery";
import { canaryContextOf } from "./support/context";
import { checkRules, testRules, type TestGroup } from "./support/promtool";
import { testGroup } from "./support/testGroup";
import { meshSeries, type Pod } from "./world/mesh";
import { platformSeries } from "./world/platform";
import { samples } from "./world/timeline";

for (const stack of STACKS) {
    const context = canaryContextOf(stack);
    const groups = ruleGroups(context);
    const rules = (names?: readonly string[]) =>
        ruleFile(
            groups.filter(({ name }) => names?.includes(name) ?? true),
            context.settings.runbookBaseUrl,
        );

    describe(`Rules of ${stack} with canaries`, () => {
        it("are valid for promtool", async () => {
            assert.equal(await checkRules(rules()), "");
        });

        it("use only metrics that something emits, and none of a Deployment of the mesh", () => {
            const used = rules()
                .groups.flatMap(({ rules: own }) => own)
                .flatMap(({ expr }) => seriesIn(expr));
            assert.deepEqual(
                used.filter((name) => !seriesNames.has(name) && !recordedNames.has(name)),
                [],
            );
            const { expr = "" } =
                groups.flatMap(({ alerts }) => alerts).find(({ alert }) => alert === "X0tta6bl4MeshDown") ?? {};
            assert.doesNotMatch(expr, /kube_deployment/);
        });

        const tests = Object.entries(delivery.cases(context)).flatMap(([alert, own]) =>
            own.map((example) =>
                testGroup(
                    groups.flatMap(({ alerts }) => alerts),
                    alert,
                    example,
                ),
            ),
        );
        for (const test of tests) {
            it(test.name, async () => {
                assert.deepEqual([...(await testRules(rules(["delivery"]), [test]))], []);
            });
        }
    });
}

describe("The analysis of a canary", () => {
    const context = canaryContextOf("staging");
    const { name } = context.mesh;
    const pods = `pod=~"${name}-new-.*"`;
    const queries = {
        errors: canaryErrors(context, pods),
        latency: canaryLatency(context, pods),
        crashes: canaryCrashes(context, pods),
        unobserved: canaryUnobserved(context, pods),
    };

    /** A stack whose four old pods are well, with one new pod. */
    const world = (canary: Pod | undefined, servesMetrics = true, requestRate?: number): TestGroup["input_series"] => {
        const old = ["a", "b", "c", "d"].map((pod) => ({ name: `${name}-old-${pod}`, started: -7_200 }));
        const mesh = {
            pods: [...old, ...(canary === undefined ? [] : [canary])],
            wanted: () => 5,
            created: -86_400,
            servesMetrics,
            requestRate,
        };
        const platform = platformSeries(context, { spireCreated: -86_400, spireReady: -86_400 });
        return [...meshSeries(context, mesh), ...platform].map(([series, timeline]) => ({
            series,
            values: samples(timeline, 20),
        }));
    };

    /** What must hold of a query after some minutes: PromQL that gives 1 when it does. */
    const holds = async (series: TestGroup["input_series"], expr: string, minutes = 10) => {
        const test: TestGroup = {
            name: "query",
            interval: "30s",
            input_series: series,
            alert_rule_test: [],
            promql_expr_test: [{ expr, eval_time: `${minutes}m`, exp_samples: [{ labels: "{}", value: 1 }] }],
        };
        assert.deepEqual([...(await testRules(rulesOfNothing, [test]))], []);
    };
    const rulesOfNothing = { groups: [] };
    const NEW: Pod = { name: `${name}-new-x`, started: 60 };
    const nothing = (query: string) => `absent(${query})`;

    it("finds nothing against a good new pod, by probes and by requests", async () => {
        for (const series of [world(NEW), world(NEW, true, 2)]) {
            await holds(series, `sum(${queries.errors}) == bool 0`);
            await holds(series, nothing(`(${queries.latency}) > 1`));
            await holds(series, nothing(queries.crashes));
            await holds(series, nothing(queries.unobserved));
        }
    });

    it("sees a new pod that hangs in full, although four old pods of five are well", async () => {
        const hangs = world({ ...NEW, hangs: 400 });
        // It is still Ready for a moment only; the share of what was asked meanwhile is that of the new pod alone.
        await holds(world({ ...NEW, restarts: [120, 180, 240, 300] }), `sum(${queries.crashes}) == bool 1`);
        await holds(hangs, nothing(queries.crashes));
    });

    it("sees nothing of errors while no new pod is there", async () => {
        await holds(world(undefined), nothing(queries.errors));
        await holds(world(undefined), nothing(queries.latency));
    });

    it("says so when new pods are Ready and Prometheus does not see them", async () => {
        await holds(world(NEW, false), `sum(${queries.unobserved}) == bool 1`);
    });
});
