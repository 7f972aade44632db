import assert from "node:assert/strict";
import { dashboards } from "../../../components/monitoring/dashboards/all";
import { ruleGroups } from "../../../components/monitoring/rules";
import { filledIn, isConditional, selectorsOf } from "../../../smoke/deep/promql";
import { judgeQueries, type Wanted } from "../../../smoke/deep/monitoring";
import { QueryFault } from "../../../smoke/deep/prometheus";
import { type Fixture, fixture } from "../fixture";

describe("PromQL of the deep checks", () => {
    for (const [expr, selectors] of [
        ["up", ["up"]],
        [
            'sum by (pod) (rate(http_requests_total{code=~"5..", path="/a{b}"}[5m]))',
            ['http_requests_total{code=~"5..", path="/a{b}"}'],
        ],
        ["a / on (namespace) group_left b", ["a", "b"]],
        ["histogram_quantile(0.95, sum by (le) (rate(x_bucket[5m])))", ["x_bucket"]],
        ['label_replace(a, "to", "$1", "from", "(.*)") or vector(0)', ["a"]],
        ["namespace:x_requests:rate5m > bool 0", ["namespace:x_requests:rate5m"]],
        ["max_over_time(a[1h:30s] offset 5m) unless b", ["a", "b"]],
    ] as const) {
        it(`finds the series of ${expr}`, () => {
            assert.deepEqual(selectorsOf(expr), selectors);
        });
    }

    it("tells a condition from a comparison of labels or one that returns a value", () => {
        assert.equal(isConditional("a > 1"), true);
        assert.equal(isConditional("a and on (x) b"), true);
        assert.equal(isConditional('a{b!="c"}'), false);
        assert.equal(isConditional("a > bool 1"), false);
    });

    describe("in the stack's own rules and dashboards", () => {
        let prod: Fixture;

        before(async () => {
            prod = await fixture("prod");
        });

        it("fills in every variable, and finds series in every expression", () => {
            const { rules } = prod.expected.monitoring;
            const variables = { namespace: "mesh", spireNamespaces: ["spire", "spire-system"] };
            const queries = dashboards(rules).flatMap(({ rows }) =>
                rows.flatMap(({ panels }) => panels.flatMap(({ queries: own }) => own.map(({ expr }) => expr))),
            );
            const records = ruleGroups(rules).flatMap(({ recordings = [] }) => recordings.map(({ expr }) => expr));
            const all = [...queries.map((expr) => filledIn(expr, variables)), ...records];
            assert.ok(
                queries.length > 50 && records.length > 10,
                `${queries.length} queries, ${records.length} records`,
            );
            for (const expr of all) {
                assert.doesNotMatch(expr, /\$/);
                const selectors = selectorsOf(expr);
                assert.ok(selectors.length > 0 || expr.startsWith("vector("), expr);
                for (const selector of selectors) {
                    // A metric has a unit or a level in its name; a function or a label has neither.
                    assert.match(selector, /^(up\b|ALERTS\b|[a-z]\w*[_:]\w+)/i, `${selector} in ${expr}`);
                    assert.doesNotMatch(selector, /^(rate|increase|sum|avg|max|min|histogram_quantile|group_left)\b/);
                }
            }
        });
    });

    describe("results", () => {
        const outcome = (wanted: Wanted, series: Readonly<Record<string, number>>) =>
            judgeQueries([wanted], (expr) => {
                const found = series[expr];
                return found === undefined ? Promise.reject(new QueryFault("parse error")) : Promise.resolve(found);
            });

        it("with a value pass", async () => {
            const { status, detail } = await outcome({ name: "r", expr: "a" }, { a: 2 });
            assert.deepEqual([status, detail], ["passed", "1 of 1"]);
        });

        it("without a value pass with the missing series as the reason", async () => {
            const { status, detail } = await outcome(
                { name: "r", expr: "rate(a[5m])" },
                { "rate(a[5m])": 0, "count(a)": 0 },
            );
            assert.deepEqual([status, detail], ["passed", "0 of 1; without: r: no series a"]);
        });

        it("without a value though every series exists fail, unless a condition or the author says why", async () => {
            assert.equal(
                (await outcome({ name: "r", expr: "rate(a[5m])" }, { "rate(a[5m])": 0, "count(a)": 3 })).status,
                "failed",
            );
            assert.equal((await outcome({ name: "r", expr: "a > 1" }, { "a > 1": 0, "count(a)": 3 })).status, "passed");
            const { detail } = await outcome({ name: "r", expr: "a", mayBeEmpty: "quiet" }, { a: 0, "count(a)": 3 });
            assert.equal(detail, "0 of 1; without: r: quiet");
        });

        it("of a query that Prometheus does not take fail", async () => {
            assert.equal((await outcome({ name: "r", expr: "a b" }, {})).status, "failed");
        });
    });
});
