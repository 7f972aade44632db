import assert from "node:assert/strict";
import { METRICS, seriesNames, seriesOf } from "../../../components/monitoring/metrics";
import { seriesIn } from "../../support/promql";

describe("Catalogue of metrics", () => {
    it("lists each metric of a source once", () => {
        const keys = METRICS.map(({ source, name }) => `${source} ${name}`);
        assert.deepEqual(
            keys.filter((key, index) => keys.indexOf(key) !== index),
            [],
        );
    });

    it("has a description for each metric, and valid Prometheus names", () => {
        for (const { name, labels, description } of METRICS) {
            assert.match(name, /^[a-zA-Z_][a-zA-Z0-9_]*$/);
            assert.ok(description !== "", name);
            labels.forEach((label) => {
                assert.match(label, /^[a-z_]+$/, name);
            });
        }
    });

    it("lists the series of histograms and summaries, without bare names that do not exist", () => {
        assert.ok(seriesNames.has("x0tta6bl4_request_duration_seconds_bucket"));
        assert.ok(!seriesNames.has("x0tta6bl4_request_duration_seconds"));
        const summary = METRICS.find(({ type }) => type === "summary");
        assert.ok(summary !== undefined && seriesOf(summary).includes(summary.name));
    });

    it("marks the app's request metrics as not recorded", () => {
        const recorded = (name: string) => METRICS.find((metric) => metric.name === name)?.recorded;
        assert.equal(recorded("x0tta6bl4_requests_total"), false);
        assert.equal(recorded("x0tta6bl4_db_circuit_breaker_state"), true);
    });
});

describe("Series of an expression", () => {
    it("are found between functions, labels, ranges and keywords", () => {
        const expression = `sum by (pod, namespace) (rate(a_total{b="c_total"}[5m])) / on(pod) group_left (node) d:e:f
            > bool 0.5 and absent(up{job="x"} offset 1h) unless vector(1) == Inf or histogram_quantile(0.95, g_bucket)`;
        assert.deepEqual(seriesIn(expression), ["a_total", "d:e:f", "up", "g_bucket"]);
    });

    it("are none in numbers and times", () => {
        assert.deepEqual(seriesIn("1e3 + 0x1f + time() - 14.4"), []);
    });
});
