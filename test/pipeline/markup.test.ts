import assert from "node:assert/strict";
import fc from "fast-check";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import type { PreviewReport } from "../../engine/report";
import { driftIssue, previewComment } from "../../pipeline/markdown";
import { isBlank } from "../../terminal/foreign";

/** Reports that are rendered, each with seven texts from elsewhere; X0TTA6BL4_MARKUP_RUNS=15000 makes it 105,000 texts. */
const RUNS = Number(process.env.X0TTA6BL4_MARKUP_RUNS ?? "300");

/** What has a meaning in GitHub's dialect, in HTML or on a terminal. */
const MARKUP = [
    "`", "``", "```", "````", "`````", "~~~~", "*", "**", "_", "~~", "#", "# ", "## x", "-", "- ", "+ ", "1. ", "> ",
    "---", "===", "|", " | --- |", "\\", "[", "]", "(", ")", "![", "](", "[x](https://evil.example)", "[x]: https://e.example",
    "<https://e.example>", "https://e.example", "www.e.example", "a@e.example", "@org/team", "@everyone", "#1", "o/r#2",
    "GH-3", ":tada:", "[^1]", "[^1]: x", "- [ ] ", "$x$", "$$", "<", ">", "</", "/>", "<!--", "-->", "<![CDATA[", "]]>",
    "<?", "<img src=x onerror=y>", "<b>", "</b>", "</details>", "<details>", "</summary>", "</code>", "<code>", "</pre>",
    "<script>", "<textarea>", "<!DOCTYPE x>", "&lt;", "&#60;", "&", "\"", "'", "=", ":", "::error::x", "##[error]",
    " ", "  ", "    ", "\t", "\n", "\n\n", "\r", "\r\n", "\v", "\f", "\u0085", "\u2028", "\u2029", "\0", "\u001b[31m",
    "\u202e", "\u2066", "\u200b", "\u200d", "\u00ad", "\ufeff", "\u3164", "\ufe0f", "\ud800", "\u{e0041}", "\u00a0",
    "A", "word", "ä", "漢", "🎉",
]; // prettier-ignore

/** A text that attempts to inject markup. */
const evil = fc
    .array(
        fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...MARKUP) }, fc.string({ unit: "binary", maxLength: 6 })),
        {
            minLength: 1,
            maxLength: 14,
        },
    )
    .map((parts) => parts.join(""));

/** As what a report may hold as a name: see `readReport`. */
const name = evil.filter((text) => !isBlank(text));

const entry = fc.record({
    path: name,
    before: evil,
    after: evil,
    object: name,
    message: name,
    reason: evil,
    origin: evil,
});
type Entry = typeof entry extends fc.Arbitrary<infer T> ? T : never;

/** What a change costs; numbers hold no text. */
const FIGURES = {
    before: { nodes: 1, monthly: 70.08, requested: 20 },
    after: { nodes: 2, monthly: 140.16, requested: 22 },
};

function reportOf({ path, before, after, object, message, reason, origin }: Entry): PreviewReport {
    const finding = { rule: path, object, paths: [path], message };
    return {
        stack: "staging",
        against: "commit abc",
        resources: 3,
        changes: [
            { op: "update", object, details: [{ path, before, after }] },
            { op: "replace", object, details: [] },
            { op: "replace", object: message, details: [] },
        ],
        findings: [
            { ...finding, level: "mandatory" },
            { ...finding, level: "advisory" },
        ],
        exceptions: [{ rule: path, object, paths: [path], reason, origin, expires: origin }],
        errors: [message],
        cost: {
            currency: "USD",
            pricesDate: "2026-11-28",
            node: { before: "m6i.large", after: "m6i.large" },
            figures: { minimum: FIGURES, maximum: FIGURES },
            objects: [{ path: object, before, after }],
            settings: [{ path, before: reason, after: origin }],
        },
    };
}

/** A comment as GitHub's dialect renders it, with HTML as it is. */
function rendered(markdown: string): string {
    return micromark(markdown, { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true });
}

/** The rendered comment without what is in its blocks of code, and those. */
function parts(html: string): { readonly frame: string; readonly blocks: readonly string[] } {
    const blocks: string[] = [];
    const frame = html.replaceAll(
        /(<pre><code[^>]*>)([^]*?)(<\/code><\/pre>)/g,
        (_all, open: string, text: string, end: string) => {
            blocks.push(text);
            return open + end;
        },
    );
    return { frame, blocks };
}

const PLAIN: Entry = { path: "p", before: "b", after: "a", object: "Pod o", message: "m", reason: "r", origin: "g" };
const WRITERS = [
    (report: PreviewReport) => previewComment([report], "<!-- m -->", "footer"),
    (report: PreviewReport) => driftIssue([report], "<!-- m -->", "footer"),
];

/** The frame of each comment with texts that are nothing but words. */
const FRAMES = WRITERS.map((write) => parts(rendered(write(reportOf(PLAIN)))).frame);

/** Checks that texts from elsewhere change nothing but the inside of blocks of code. */
function assertInert(texts: Entry): void {
    for (const [index, write] of WRITERS.entries()) {
        const { frame, blocks } = parts(rendered(write(reportOf(texts))));
        assert.equal(frame, FRAMES[index]);
        // No hidden text, and no markup that the renderer did not escape.
        assert.doesNotMatch(blocks.join(""), /<|[^\P{C}\n]|\p{Default_Ignorable_Code_Point}/u);
    }
}

describe("Pipeline: text from elsewhere in comments and issues", () => {
    it("has no meaning: no link, image, mention, HTML, heading, emphasis or end of a block", function () {
        this.timeout(60_000 + RUNS * 200);
        fc.assert(fc.property(entry, assertInert), { numRuns: RUNS });
    });

    it("has none where an object's name is empty, a letter, or markup", () => {
        for (const object of [
            "",
            "A",
            "B @org/team **All checks passed** [Approve](https://evil.example) <img src=x>",
            "`",
            "``",
            "````\n# Approved",
            "\n\n</details>\n\n# Approved",
            "x\u2028````\u2028# Approved",
        ]) {
            assertInert({ ...PLAIN, object, message: object, path: object });
        }
    });

    it("is shown entry by entry: a line of its own passes for no other entry", () => {
        const text = previewComment([reportOf({ ...PLAIN, message: "m\nhost-path: Pod b: fine" })], "", "");
        assert.match(text, /\np: m\n {4}host-path: Pod b: fine\n/);
    });
});
