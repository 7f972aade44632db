import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { seriesNames } from "../../components/monitoring/metrics";
import { recordedNames, ruleContext, ruleGroups } from "../../components/monitoring/rules";
import { REPLACED_ALERTS } from "../../docs/generator/replacedAlerts";
import { settingRows } from "../../docs/generator/rows";
import { stackSettings } from "../../docs/generator/stacks";
import { seriesIn } from "../support/promql";
import { STACKS } from "../support/mesh";
import { PROJECT_ROOT } from "../../project";

const FOLDER = join(PROJECT_ROOT, "docs", "runbooks");

/** Alerts of both stacks, those of canaries included. */
const ALERTS = new Set(
    // With canaries, a stack has all alerts that it has without them.
    STACKS.flatMap((stack) => {
        const { environment, monitoring, mesh, spire } = stackSettings(PROJECT_ROOT, stack, {
            delivery: { type: "canary" },
        });
        const groups = ruleGroups(ruleContext({ environment, settings: monitoring, mesh, spire }));
        return groups.flatMap(({ alerts }) => alerts.map(({ alert }) => alert));
    }),
);

/** Runbooks by the names of their alerts. */
const RUNBOOKS = new Map(
    readdirSync(FOLDER)
        .filter((name) => name.endsWith(".md") && name !== "README.md")
        .map((name): [string, string] => [name.replace(/\.md$/, ""), readFileSync(join(FOLDER, name), "utf8")]),
);

/** Inline code of all runbooks, with the alert's name. */
const CODE = [...RUNBOOKS].flatMap(([alert, text]) =>
    [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => ({ alert, code })),
);

describe("Runbooks", () => {
    it("exist for every alert, and for nothing else", () => {
        assert.deepEqual([...RUNBOOKS.keys()].sort(), [...ALERTS].sort());
    });

    it("begin with the alert's name and say what to look at first in at least three steps", () => {
        for (const [alert, text] of RUNBOOKS) {
            assert.ok(text.startsWith(`# ${alert}\n\n`), alert);
            assert.match(text, /^1\. [^]*^2\. [^]*^3\. /m, alert);
            assert.match(text, /`(kubectl|npm run|npx x0) /, alert);
        }
    });

    it("say when to silence the alert", () => {
        for (const [alert, text] of RUNBOOKS) {
            assert.match(text, /silence/i, alert);
        }
    });

    it("link only to pages that exist", () => {
        for (const [alert, text] of RUNBOOKS) {
            for (const [, target = ""] of text.matchAll(/\]\(([^)#]+)[^)]*\)/g)) {
                assert.ok(existsSync(join(FOLDER, target)), `${alert} links to ${target}`);
            }
        }
    });

    it("name only settings that exist", () => {
        const keys = settingRows().map(({ key }) => key);
        const exists = (key: string) => keys.some((known) => known === key || known.startsWith(`${key}.`));
        const named = CODE.filter(({ code }) => /^(mesh|spire|monitoring)\.[a-zA-Z.]+$/.test(code));
        assert.ok(named.length > 20);
        assert.deepEqual(
            named.filter(({ code }) => !exists(code)),
            [],
        );
    });

    it("run only npm scripts that exist", () => {
        const { scripts } = z
            .object({ scripts: z.record(z.string(), z.string()) })
            .parse(JSON.parse(readFileSync(join(PROJECT_ROOT, "package.json"), "utf8")));
        const run = CODE.flatMap(({ alert, code }) =>
            [...code.matchAll(/npm run ([\w:-]+)/g)].map(([, script = ""]) => ({ alert, script })),
        );
        assert.deepEqual(
            run.filter(({ script }) => !(script in scripts)),
            [],
        );
    });

    it("query only series that a target exposes, or that a rule records", () => {
        const asked = CODE.filter(({ code }) =>
            /\b(rate|increase|sum|topk|count|changes|predict_linear)\b.*\(/.test(code),
        )
            .filter(({ code }) => !/^(kubectl|npm|python|curl)/.test(code))
            .flatMap(({ alert, code }) => seriesIn(code).map((name) => ({ alert, name })));
        assert.ok(asked.length > 20);
        assert.deepEqual(
            asked.filter(({ name }) => !seriesNames.has(name) && !recordedNames.has(name)),
            [],
        );
    });
});

describe("Alerts of the replaced system", () => {
    it("lead to alerts of ours, or have a reason", () => {
        for (const { alert, ours, because } of REPLACED_ALERTS) {
            assert.ok(because !== "", alert);
            assert.deepEqual(
                ours.filter((name) => !ALERTS.has(name)),
                [],
                alert,
            );
        }
    });
});
