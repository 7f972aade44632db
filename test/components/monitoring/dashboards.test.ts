import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as units from "@grafana/grafana-foundation-sdk/units";
import type { Panel, RowPanel } from "@grafana/grafana-foundation-sdk/dashboard";
import { dashboardJson, dashboards } from "../../../components/monitoring/dashboards";
import { build } from "../../../components/monitoring/dashboards/build";
import { COLUMNS } from "../../../components/monitoring/dashboards/grid";
import { NOT_RECORDED, NOT_RECORDED_NOTE } from "../../../components/monitoring/dashboards/notes";
import { NOTHING_YET } from "../../../components/monitoring/dashboards/panels";
import { recordedNames, ruleGroups } from "../../../components/monitoring/rules";
import { METRICS, seriesNames, seriesOf } from "../../../components/monitoring/metrics";
import { localPaths } from "../../../process/paths";
import { findTool } from "../../../tools/find";
import { BUILT, CONTEXT, panelsOf, queriesOf, runbookUrl } from "../../support/dashboards";
import { seriesIn } from "../../support/promql";

/** UIDs are part of bookmarks and links, which a change breaks. */
const UIDS = {
    "x0tta6bl4-slo": "SLO overview",
    "x0tta6bl4-errors": "Errors and health",
    "x0tta6bl4-performance": "Performance and latency",
    "x0tta6bl4-topology": "Mesh topology",
    "x0tta6bl4-pods": "Pod resources",
    "x0tta6bl4-security": "Zero-trust security",
    "x0tta6bl4-spire": "SPIRE",
};

const GROUPS = ruleGroups(CONTEXT);

/**
 * Names of the series that are always empty because the app never records them, including series recorded from them.
 */
const NEVER_SET = new Set([
    ...METRICS.filter(({ recorded }) => !recorded).flatMap(seriesOf),
    ...GROUPS.filter(({ name }) => name === "requests").flatMap(({ recordings = [] }) =>
        recordings.map(({ record }) => record),
    ),
]);

/** Alerts of this stack. */
const ALERTS = new Set(GROUPS.flatMap(({ alerts }) => alerts.map(({ alert }) => alert)));

function overlap(a: Panel | RowPanel, b: Panel | RowPanel): boolean {
    const [p, q] = [a.gridPos, b.gridPos];
    assert.ok(p !== undefined && q !== undefined);
    return p.x < q.x + q.w && q.x < p.x + p.w && p.y < q.y + q.h && q.y < p.y + p.h;
}

describe("Dashboards", () => {
    it("have these uids, which must never change", () => {
        assert.deepEqual(Object.fromEntries(BUILT.map(({ built }) => [built.uid, built.title])), UIDS);
    });

    it("pass variables to each other by name, so a name has the same meaning in all of them", () => {
        const queries = new Map<string, string>();
        for (const { name, query } of BUILT.flatMap(({ spec }) => spec.variables)) {
            assert.equal(query, queries.get(name) ?? query, name);
            queries.set(name, query);
        }
    });

    it("leave out SPIRE's where SPIRE is managed elsewhere", () => {
        const uids = dashboards({ ...CONTEXT, spire: undefined }).map(({ uid }) => uid);
        assert.deepEqual(
            uids,
            Object.keys(UIDS).filter((uid) => uid !== "x0tta6bl4-spire"),
        );
    });

    it("are the same text each time, far below what a ConfigMap holds", () => {
        for (const spec of dashboards(CONTEXT)) {
            const json = dashboardJson(spec, runbookUrl);
            assert.equal(json, dashboardJson(spec, runbookUrl));
            // Also below 256 KiB, the most that an object may have that is applied by a client.
            assert.ok(Buffer.byteLength(json) < 256 * 1024, `${spec.uid}: ${json.length}`);
            assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(build(spec, runbookUrl))));
        }
    });

    for (const { spec, built } of BUILT) {
        describe(spec.title, () => {
            const panels = built.panels ?? [];
            const charts = panelsOf(built);

            it("answers its question in a first row of single numbers that fills one line", () => {
                assert.match(spec.question, /\?$/);
                const [first] = spec.rows;
                assert.equal(first?.title, "At a glance");
                assert.deepEqual([...new Set(first.panels.map(({ kind }) => kind))], ["stat"]);
                assert.equal(
                    first.panels.reduce((sum, { width }) => sum + width, 0),
                    COLUMNS,
                );
            });

            it("has panels that lie side by side, none over another, none beyond the edge", () => {
                panels.forEach((a, index) => {
                    panels.slice(index + 1).forEach((b) => {
                        assert.ok(!overlap(a, b), `${a.title ?? ""} and ${b.title ?? ""}`);
                    });
                    assert.ok((a.gridPos?.x ?? 0) + (a.gridPos?.w ?? 0) <= COLUMNS, a.title);
                });
            });

            it("gives each panel an id of its own, in reading order", () => {
                assert.deepEqual(
                    panels.map(({ id }) => id),
                    panels.map((_, index) => index + 1),
                );
            });

            it("says for each panel what it shows, in which unit, with which colours", () => {
                const known = new Set<unknown>(Object.values(units));
                const titles = charts.map(({ title }) => title);
                assert.equal(new Set(spec.rows.map(({ title }) => title)).size, spec.rows.length);
                spec.rows.forEach((row) => {
                    const inRow = row.panels.map(({ title }) => title);
                    assert.equal(new Set(inRow).size, inRow.length, row.title);
                });
                assert.ok(titles.length >= 10);
                for (const { title, description, fieldConfig } of charts) {
                    assert.ok((description ?? "").length > 20 && description?.endsWith("."), title);
                    assert.ok(known.has(fieldConfig?.defaults.unit), title);
                    assert.ok((fieldConfig?.defaults.thresholds?.steps.length ?? 0) >= 1, title);
                    assert.notEqual(fieldConfig?.defaults.noValue ?? "", "", title);
                }
            });

            it("has thresholds that rise", () => {
                for (const { title, fieldConfig } of charts) {
                    const [base, ...steps] = (fieldConfig?.defaults.thresholds?.steps ?? []).map(({ value }) => value);
                    assert.equal(base, null, title);
                    assert.deepEqual(
                        steps,
                        [...steps].sort((a, b) => Number(a) - Number(b)),
                        title,
                    );
                }
            });

            it("queries only the data source selected at its top", () => {
                const [first, ...others] = built.templating.list ?? [];
                assert.deepEqual([first?.name, first?.type, first?.query], ["datasource", "datasource", "prometheus"]);
                for (const { name, datasource } of others) {
                    assert.equal(datasource?.uid, "${datasource}", name);
                }
                for (const { title, datasource, targets } of charts) {
                    assert.equal(datasource?.uid, "${datasource}", title);
                    for (const target of targets ?? []) {
                        assert.deepEqual(Reflect.get(target, "datasource"), {
                            type: "prometheus",
                            uid: "${datasource}",
                        });
                    }
                }
            });

            it("has the choices namespace and pod, and uses each", () => {
                assert.deepEqual(
                    built.templating.list?.map(({ label }) => label),
                    ["Data source", "Namespace", "Pod"],
                );
                const names = [
                    ...queriesOf(spec)
                        .join("\n")
                        .matchAll(/\$(\w+)/g),
                ].map(([, name]) => name);
                assert.deepEqual(
                    new Set(names),
                    new Set(["__rate_interval", ...spec.variables.map(({ name }) => name)]),
                );
            });

            it("matches a choice of several values by a pattern", () => {
                for (const { name, multi } of spec.variables) {
                    const operators = queriesOf(spec).flatMap((expr) =>
                        [...expr.matchAll(new RegExp(`\\w+(=~?)"\\$${name}"`, "g"))].map(([, operator]) => operator),
                    );
                    assert.deepEqual([...new Set(operators)], [multi ? "=~" : "="], name);
                }
            });

            it("rates over a window that follows the dashboard's time", () => {
                for (const expr of queriesOf(spec)) {
                    for (const [, call, window] of expr.matchAll(/\b(i?rate)\([^[]*\[([^\]]+)\]/g)) {
                        assert.deepEqual([call, window], ["rate", "$__rate_interval"], expr);
                    }
                }
            });

            it("uses only metrics that something emits", () => {
                const choices = spec.variables.map(({ query }) => query.replace(/^label_values\((.*), \w+\)$/, "$1"));
                for (const expr of [...queriesOf(spec), ...choices]) {
                    const unknown = seriesIn(expr).filter((name) => !seriesNames.has(name) && !recordedNames.has(name));
                    assert.deepEqual(unknown, [], expr);
                }
            });

            it("states if the app records nothing, and never shows a bare `No data`", () => {
                for (const row of spec.rows) {
                    for (const { title, queries, description, noValue = NOTHING_YET } of row.panels) {
                        const silent = queries.every(({ expr }) => seriesIn(expr).some((name) => NEVER_SET.has(name)));
                        assert.equal(description.includes(NOT_RECORDED_NOTE), silent, title);
                        assert.equal(noValue === NOT_RECORDED, silent, title);
                    }
                }
            });

            it("leads to the other dashboards and to runbooks", () => {
                const [link] = built.links ?? [];
                assert.deepEqual(
                    [link?.type, link?.tags, link?.includeVars, link?.keepTime],
                    ["dashboards", built.tags, true, true],
                );
                const runbooks = charts.flatMap(({ links }) => links ?? []);
                assert.ok(runbooks.length > 0);
                for (const { url, title } of runbooks) {
                    const alert = title.replace("Runbook: ", "");
                    assert.ok(ALERTS.has(alert), alert);
                    assert.equal(url, runbookUrl(alert));
                }
            });
        });
    }
});

describe("Queries of the dashboards", () => {
    it("are PromQL as Prometheus itself reads it, with the variables filled in", async function () {
        const { tool } = await findTool("promtool", localPaths());
        if (tool === undefined) {
            this.skip(); // npm test gets promtool first
        }
        const queries = BUILT.flatMap(({ spec }) => queriesOf(spec)).map(filledIn);
        assert.ok(queries.length > 100);
        const rules = queries.map((expr, index) => ({ record: `dashboards:query:${index}`, expr }));
        const { status, stderr } = spawnSync(tool.path, ["check", "rules", "--lint=none"], {
            input: JSON.stringify({ groups: [{ name: "dashboards", rules }] }),
            encoding: "utf8",
        });
        assert.equal(status, 0, stderr);
    });
});

/** A query as Grafana would send it: one namespace, all pods. */
function filledIn(expr: string): string {
    return expr
        .replaceAll("$__rate_interval", "2m")
        .replaceAll(/\$(spire_)?namespace/g, "a")
        .replaceAll(/\$(spire_)?pod/g, ".+");
}
