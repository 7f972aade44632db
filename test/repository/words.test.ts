import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { PROJECT_ROOT } from "../../project";

/** Wording that is not the field's, and what to write instead. */
const BANNED: readonly (readonly [wording: RegExp, instead: string])[] = [
    [/\b(un)?mend(s|ed|ing)?\b/i, "fix or repair"],
    [/\bmade anew\b/i, "replaced or recreated"],
    [/\bcut updates?\b/i, "interrupted update"],
    [/\bthe look for\b/i, "the name of the check, e.g. drift detection"],
    [/\bcluster of the day\b/i, "whichever context is selected"],
    [/\blogs? of before\b/i, "the previous container's logs"],
    [/\bfor ever\b/i, "must never change"],
    [/\b(some|any)body\b/i, "the role, e.g. user or team"],
    [/\bso that nobody\b/i, "what cannot happen"],
    [/\bweakness(es)?\b/i, "vulnerability"],
    [/\bby way of\b/i, "through or with"],
    [/\bin place of\b/i, "instead of"],
    [/\bknows nothing\b/i, "independent of"],
    [/\b(is|are|was) (not )?judged\b/i, "evaluated"],
    [/\b(rules?|policies|pack) judges?\b/i, "evaluates"],
    [/\bmay not (list|read|see|use)\b/i, "cannot"],
    [/\bgoes on (at|from|with|only)\b/i, "continues"],
    [/\bis no (report|text|quantity|level|version|Kubernetes)\b/i, "is not a"],
    [/\b(do|does|did|is|are|was|were|can|could|would|has|have)n't\b/i, "no contractions"],
    [/\b(won't|can't|it's|that's|there's|you're|we're)\b/i, "no contractions"],
];

/** Texts that quote what another program or a user writes. */
const QUOTED: readonly RegExp[] = [/resource type/, /^["'`]it's["'`]$/];

/** A piece of text that a person reads, and its line. */
interface Passage {
    readonly line: number;
    readonly text: string;
}

/** Comments, strings and templates of a source. */
function passagesOf(path: string, source: string): Passage[] {
    const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
    const found = new Map<number, Passage>();
    const add = (from: number, to: number) => {
        const { line } = file.getLineAndCharacterOfPosition(from);
        found.set(from, { line: line + 1, text: source.slice(from, to).replaceAll(/\s+(\*|\/\/)?\s*/g, " ") });
    };
    const visit = (node: ts.Node) => {
        for (const range of ts.getLeadingCommentRanges(source, node.pos) ?? []) {
            add(range.pos, range.end);
        }
        for (const range of ts.getTrailingCommentRanges(source, node.end) ?? []) {
            add(range.pos, range.end);
        }
        if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) {
            add(node.getStart(), node.end);
        }
        ts.forEachChild(node, visit);
    };
    visit(file);
    return [...found.values()];
}

/** The lines of a document or a configuration file. */
function linesOf(text: string): Passage[] {
    return text.split("\n").map((line, index) => ({ line: index + 1, text: line }));
}

/** Banned wording in a file, each as `path:line: wording: what to write`. */
function faultsOf(path: string, content: string): string[] {
    const passages = path.endsWith(".ts") ? passagesOf(path, content) : linesOf(content);
    return passages
        .filter(({ text }) => !QUOTED.some((quoted) => quoted.test(text)))
        .flatMap(({ line, text }) =>
            BANNED.flatMap(([wording, instead]) => {
                const match = wording.exec(text);
                return match === null ? [] : [`${path}:${line}: "${match[0]}": write ${instead}`];
            }),
        );
}

describe("Words", () => {
    const files = execFileSync("git", ["ls-files", "*.ts", "*.md", "*.yaml", "*.yml"], {
        cwd: PROJECT_ROOT,
        encoding: "utf8",
    })
        .split("\n")
        .filter((path) => path !== "" && path !== "test/repository/words.test.ts" && !path.includes("/fixtures/"));

    it("finds banned wording in comments, strings, templates and documents", () => {
        const source = [
            "/** An update that somebody cut. */",
            "const a = `the ${b} is judged`; // mend it",
            'const c = "a cut update";',
            "const judged = mended;",
        ].join("\n");
        assert.deepEqual(
            faultsOf("a.ts", source).map((fault) => fault.split(": write")[0]),
            ['a.ts:1: "somebody"', 'a.ts:2: "mend"', 'a.ts:2: "is judged"', 'a.ts:3: "cut update"'],
        );
        assert.equal(faultsOf("a.md", "fine\nIt isn't.").length, 1);
    });

    it("are those of the field in every comment, message and document", () => {
        assert.ok(files.length > 500, `${files.length}`);
        const faults = files.flatMap((path) => faultsOf(path, readFileSync(join(PROJECT_ROOT, path), "utf8")));
        assert.deepEqual(faults, []);
    });
});
