import assert from "node:assert/strict";
import { dashboards } from "../../../components/monitoring/dashboards";
import { build } from "../../../components/monitoring/dashboards/build";
import { runbooksIn } from "../../../components/monitoring/dashboards/links";
import { dashboardNames } from "../../../components/monitoring/dashboards/names";
import { ruleGroups } from "../../../components/monitoring/rules";
import { BUILT, CONTEXT, panelsOf } from "../../support/dashboards";
import { objects, record, text } from "../../support/mesh";
import { monitoringRun } from "../../support/monitoring";
import { at, type Overrides } from "../../support/program";

const GROUPS = ruleGroups(CONTEXT);

/** Alerts of this stack. */
const ALERTS = new Set(GROUPS.flatMap(({ alerts }) => alerts.map(({ alert }) => alert)));

describe("ConfigMaps of the dashboards", () => {
    const configMaps = async (monitoring: Overrides) =>
        objects(await monitoringRun(monitoring)).filter(
            ({ inputs }) => at(inputs, "metadata", "labels", "grafana_dashboard") === "1",
        );

    it("are one for each, where Grafana's sidecar looks, in the folder x0tta6bl4", async () => {
        const found = await configMaps({});
        assert.deepEqual(
            found.map(({ inputs }) => at(inputs, "metadata", "name")).sort(),
            BUILT.map(({ built }) => `dashboard-${built.uid}`).sort(),
        );
        assert.deepEqual(dashboardNames(true).sort(), found.map(({ inputs }) => at(inputs, "metadata", "name")).sort());
        for (const { inputs } of found) {
            assert.equal(at(inputs, "metadata", "namespace"), "monitoring");
            assert.deepEqual(at(inputs, "metadata", "annotations"), { grafana_folder: "x0tta6bl4" });
            const [[file, json] = ["", ""]] = Object.entries(record(inputs.data));
            assert.equal(`${text(at(JSON.parse(text(json)), "uid"))}.json`, file);
        }
    });

    it("are not created for a second stack with the same Grafana", async () => {
        assert.deepEqual(await configMaps({ dashboards: false }), []);
    });

    it("follow the thresholds of the stack's alerts", async () => {
        const colours = async (latencySeconds: number) => {
            const found = await configMaps({ alerts: { latencySeconds } });
            return found.map(({ inputs }) => JSON.stringify(inputs.data)).join();
        };
        assert.match(await colours(0.33), /\\"value\\":0.33[,}]/);
        assert.doesNotMatch(await colours(0.44), /\\"value\\":0.33[,}]/);
    });
});

describe("Runbooks of the dashboards", () => {
    it("are linked to by their URL, and named where they have a mere path", () => {
        for (const spec of dashboards(CONTEXT)) {
            const withPath = panelsOf(build(spec, runbooksIn("docs/runbooks/")));
            assert.deepEqual(
                withPath.flatMap(({ links }) => links ?? []),
                [],
            );
            spec.rows
                .flatMap((row) => row.panels)
                .forEach(({ alerts = [] }, index) => {
                    for (const alert of alerts) {
                        assert.match(withPath[index]?.description ?? "", new RegExp(`docs/runbooks/${alert}[.]md`));
                    }
                });
        }
    });

    it("cover every alert that this stack has", () => {
        const linked = new Set(
            dashboards(CONTEXT).flatMap(({ rows }) =>
                rows.flatMap(({ panels }) => panels.flatMap(({ alerts = [] }) => alerts)),
            ),
        );
        assert.deepEqual(
            [...ALERTS].filter((alert) => !linked.has(alert)),
            [],
        );
    });
});
