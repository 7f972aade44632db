import assert from "node:assert/strict";
import { dashboards } from "../../../components/monitoring/dashboards";
import { build } from "../../../components/monitoring/dashboards/build";
import { seriesNames } from "../../../components/monitoring/metrics";
import { recordedNames } from "../../../components/monitoring/rules";
import { CONTEXT, queriesOf, runbookUrl } from "../../support/dashboards";
import { seriesIn } from "../../support/promql";

const SPECS = dashboards({ ...CONTEXT, mesh: { ...CONTEXT.mesh, delivery: "canary" } });

describe("Dashboards of a stack with canaries", () => {
    it("count pods by ReplicaSets, which Deployments of other stacks have, too", () => {
        for (const spec of SPECS) {
            const queries = [...queriesOf(spec), ...spec.variables.map(({ query }) => query)];
            assert.deepEqual(
                queries.filter((query) => query.includes("kube_deployment")),
                [],
                spec.title,
            );
        }
    });

    it("show the canary against the stable version", () => {
        const rows = SPECS.find(({ uid }) => uid === "x0tta6bl4-topology")?.rows.map(({ title }) => title) ?? [];
        assert.ok(rows.includes("Canary against stable"));
        assert.ok(
            !dashboards(CONTEXT).some(({ rows: own }) => own.some(({ title }) => title === "Canary against stable")),
        );
    });

    it("use only metrics that something emits, and can be built", () => {
        for (const spec of SPECS) {
            const names = queriesOf(spec).flatMap((query) => seriesIn(query.replaceAll("$__rate_interval", "5m")));
            assert.deepEqual(
                names.filter((name) => !seriesNames.has(name) && !recordedNames.has(name) && name !== "ALERTS"),
                [],
                spec.title,
            );
            assert.equal(build(spec, runbookUrl).uid, spec.uid);
        }
    });
});
