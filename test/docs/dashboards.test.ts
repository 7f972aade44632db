import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { APP_METRICS } from "../../components/monitoring/metrics/app";
import { seriesOf } from "../../components/monitoring/metrics";
import { ruleGroups } from "../../components/monitoring/rules";
import { BUILT, CONTEXT, queriesOf } from "../support/dashboards";
import { seriesIn } from "../support/promql";
import { PROJECT_ROOT } from "../../project";

const PAGE = readFileSync(join(PROJECT_ROOT, "docs", "dashboards.md"), "utf8");

/** Rows of the table under a heading, by cells. */
function tableUnder(heading: string): string[][] {
    const [, section = ""] = PAGE.split(`## ${heading}\n`);
    const lines =
        section
            .split("\n## ")[0]
            ?.split("\n")
            .filter((line) => line.startsWith("|")) ?? [];
    return lines.slice(2).map((line) =>
        line
            .split(/(?<!\\)\|/)
            .slice(1, -1)
            .map((cell) => cell.trim()),
    );
}

/** Whether a family such as `x0tta6bl4_raft_*` has a metric. */
function has(family: string, metric: string): boolean {
    return new RegExp(`^${family.replaceAll("*", ".*")}$`).test(metric);
}

/** Series that a dashboard or a rule uses, including recorded series. */
const USED = new Set(
    [
        ...BUILT.flatMap(({ spec }) => queriesOf(spec)),
        ...ruleGroups(CONTEXT).flatMap(({ alerts, recordings = [] }) =>
            [...alerts, ...recordings].map(({ expr }) => expr),
        ),
    ].flatMap(seriesIn),
);

describe("Page of the dashboards", () => {
    it("tells of every dashboard before its panels", () => {
        for (const { spec } of BUILT) {
            assert.ok(PAGE.split("## Panels")[0]?.includes(spec.title), spec.title);
            assert.ok(PAGE.includes(`### ${spec.title}\n`), spec.title);
            assert.ok(PAGE.includes(spec.question), spec.title);
        }
    });

    for (const heading of ["Dashboards of the replaced system", "Metrics of the replaced system"]) {
        it(`has no empty cell in the table "${heading}"`, () => {
            const rows = tableUnder(heading);
            assert.ok(rows.length > 10);
            assert.deepEqual(
                rows.filter((cells) => cells.some((cell) => cell === "")),
                [],
            );
        });
    }

    it("lists every metric of the app in a family, with whether it is recorded and used", () => {
        const families = tableUnder("Metrics of the replaced system").map(([names = "", recorded = "", used = ""]) => ({
            names: Array.from(names.matchAll(/`([^`]+)`/g), ([, name]) => name ?? ""),
            recorded,
            used,
        }));
        for (const metric of APP_METRICS) {
            const family = families.find(({ names }) => names.some((name) => has(name, metric.name)));
            assert.ok(family !== undefined, `${metric.name} is in no family`);
            assert.equal(family.recorded.startsWith("yes"), metric.recorded, metric.name);
            const used = seriesOf(metric).some((name) => USED.has(name));
            assert.equal(!family.used.startsWith("nowhere"), used, metric.name);
        }
    });
});
