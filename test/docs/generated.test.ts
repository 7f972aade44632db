import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { documents } from "../../docs/generator/documents";
import { replaceBetween, table } from "../../docs/generator/markdown";
import { outputRows } from "../../docs/generator/outputs";
import { settingRows } from "../../docs/generator/rows";
import { allowed } from "../../docs/generator/schema";
import { settingsPage } from "../../docs/generator/settings";
import { PROJECT_ROOT } from "../../project";

/** All documentation pages, with their text. */
const PAGES = ["README.md", "Pulumi.README.md", "CHANGELOG.md", ...markdownIn("docs")].map((path) => ({
    path,
    text: readFileSync(join(PROJECT_ROOT, path), "utf8"),
}));

function markdownIn(folder: string): string[] {
    return readdirSync(join(PROJECT_ROOT, folder))
        .filter((name) => name.endsWith(".md"))
        .map((name) => `${folder}/${name}`);
}

/** Matches of a pattern's first group in the pages, as `page: text`. */
function mentions(pattern: RegExp): { page: string; text: string }[] {
    return PAGES.flatMap(({ path, text }) =>
        Array.from(text.matchAll(pattern), (match) => ({ page: path, text: match[1] ?? "" })),
    );
}

describe("Documentation", () => {
    it("has what is generated up to date (npm run docs)", async () => {
        const all = await documents(PROJECT_ROOT);
        for (const { path, text } of all) {
            assert.equal(readFileSync(join(PROJECT_ROOT, path), "utf8"), text, `${path} is stale: npm run docs`);
        }
    });

    it("mentions only npm scripts that exist", () => {
        const { scripts } = z
            .object({ scripts: z.record(z.string(), z.string()) })
            .parse(JSON.parse(readFileSync(join(PROJECT_ROOT, "package.json"), "utf8")));
        const found = mentions(/\bnpm run (?:--silent )?([\w:-]+)(?![\w:-]| -w )/g);
        assert.ok(found.length > 5);
        const wrong = found.filter(({ text }) => !(text in scripts));
        assert.deepEqual(wrong, []);
    });

    it("sets only settings that exist", () => {
        const rows = settingRows();
        const exists = (key: string) =>
            rows.some((row) => row.key === key.replace(/\[\d+\]/g, "[]") || row.key === key.replace(/\[\d+\]$/, "")) ||
            // The keys of a map are chosen by the user.
            rows.some((row) => row.allowed.startsWith("map ") && key.startsWith(`${row.key}.`));
        const found = mentions(/pulumi config (?:set|rm|get) [^\n`|]*?--path '?([a-zA-Z][\w.[\]]*)/g);
        assert.ok(found.length > 5);
        assert.deepEqual(
            found.filter(({ text }) => !exists(text)),
            [],
        );
    });

    it("names only settings of the mesh that exist", () => {
        const keys = settingRows().map(({ key }) => key);
        const found = mentions(/`((?:mesh|cluster|spire)\.(?!yml`)[a-zA-Z][\w.]*)/g);
        assert.ok(found.length > 10);
        // A group such as mesh.probes is a prefix of its settings' keys.
        const wrong = found.filter(
            ({ text }) => !keys.some((key) => key === text || key.startsWith(`${text}.`) || key.startsWith(`${text}[`)),
        );
        assert.deepEqual(wrong, []);
    });

    it("links only to files that exist", () => {
        // A regular expression in a table, e.g. `[a](?:b)`, only looks like a link.
        const found = mentions(/\]\(([^)#\s]+)[^)]*\)/g).filter(({ text }) => !/^([a-z]+:|\?)/.test(text));
        assert.ok(found.length > 5);
        const wrong = found.filter(({ page, text }) => !existsSync(join(PROJECT_ROOT, dirname(page), text)));
        assert.deepEqual(wrong, []);
    });

    it("has every page in the index of its folder", () => {
        for (const folder of ["docs", "docs/runbooks"]) {
            const index = readFileSync(join(PROJECT_ROOT, folder, "README.md"), "utf8");
            const pages = markdownIn(folder).map((path) => path.slice(folder.length + 1));
            assert.deepEqual(
                pages.filter((page) => page !== "README.md" && !index.includes(`](${page})`)),
                [],
                folder,
            );
        }
    });
});

describe("Documentation: settings reference", () => {
    it("has every setting once a variant, each with a text", () => {
        const rows = settingRows();
        const ids = rows.map(({ key, description }) => `${key} ${/^With `\w+`/.exec(description)?.[0] ?? ""}`);
        assert.equal(new Set(ids).size, ids.length);
        assert.deepEqual(
            rows.filter(({ description }) => description.trim() === "").map(({ key }) => key),
            [],
        );
    });

    it("knows defaults, required settings, lists and unions", () => {
        const rows = new Map(settingRows().map((row) => [row.key, row]));
        assert.equal(rows.get("cluster.context")?.required, true);
        assert.equal(rows.get("mesh.image.tag")?.fallback, "3.4.0");
        assert.equal(rows.get("mesh.resources.limits.cpu")?.fallback, "500m");
        assert.equal(rows.get("mesh.data.type")?.fallback, "ephemeral");
        assert.equal(rows.get("mesh.data.claimName")?.required, true);
        assert.equal(rows.get("mesh.writablePaths[].path")?.group, "mesh");
        assert.equal(rows.get("mesh.probes.startup.enabled")?.fallback, true);
        assert.equal(rows.get("mesh.image.digest")?.required, false);
        const receivers = "monitoring.alertmanager.receivers[]";
        assert.match(rows.get(`${receivers}.type`)?.allowed ?? "", /`slack`, `pagerduty`/);
        assert.match(rows.get(`${receivers}.secret.key`)?.description ?? "", /^Key of the credential/);
        assert.match(rows.get(`${receivers}.chatId`)?.description ?? "", /^With `telegram`: /);
        assert.equal(rows.get("mesh.networkPolicy.egress[].ports[].port")?.group, "mesh.networkPolicy");
    });

    it("says what is allowed in the words of the error message", () => {
        assert.equal(allowed(z.enum(["a", "b", "c"])), "`a`, `b` or `c`");
        assert.equal(allowed(z.boolean()), "`true` or `false`");
        assert.equal(allowed(z.int().min(1).max(9)), "whole number, 1 to 9");
        assert.equal(allowed(z.number().min(0).max(1)), "number, 0 to 1");
        assert.equal(allowed(z.string({ error: "a colour" })), "a colour");
        assert.equal(allowed(z.array(z.string().min(1))), "list; each: text");
        assert.equal(allowed(z.record(z.string(), z.string())), "map from text to text");
    });

    it("shows a stack's column only where the stack differs from the default", () => {
        const row = { key: "mesh.replicas", group: "mesh", allowed: "a number", required: false, description: "Pods" };
        const page = (replicas: number) =>
            settingsPage([{ ...row, fallback: 2 }], new Map([["prod", { mesh: { replicas } }]]));
        assert.match(page(5), /\| `2` \| `5` \| Pods \|/);
        assert.doesNotMatch(page(2), /\| prod \|/);
    });
});

describe("Documentation: generator", () => {
    it("opens up an output whose fields have docstrings, and lists the fields of others", () => {
        const source = `export interface StackOutputs {
            /** One. */ readonly a: string;
            /** Two. */ readonly b: {
                /** Three. */ readonly c: string;
            };
            /** Four. */ readonly d: { readonly e: string; readonly f: string };
        }`;
        assert.deepEqual(outputRows(source), [
            { name: "a", description: "One." },
            { name: "b.c", description: "Three." },
            { name: "d", description: "Four. Fields: `e`, `f`." },
        ]);
        assert.throws(() => outputRows("export {};"), /no interface StackOutputs/);
    });

    it("replaces what is between the markers and nothing else", () => {
        const page = "a\n<!-- x:start -->\nold\n<!-- x:end -->\nb";
        assert.equal(replaceBetween(page, "x", "new"), "a\n<!-- x:start -->\n\nnew\n\n<!-- x:end -->\nb");
        assert.throws(() => replaceBetween(page, "y", "new"), /needs the lines <!-- y:start -->/);
    });

    it("keeps a table's rows on one line and its cells apart", () => {
        assert.equal(table(["a", "b"], [["1\n2", "x|y"]]), "| a | b |\n| --- | --- |\n| 1 2 | x\\|y |");
    });
});
