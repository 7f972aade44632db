import { table } from "../docs/generator/markdown";
import { type Change, type Finding, isBroken, type Report } from "../engine/report";

/** Longest comment or issue that GitHub takes (characters), less some room for its own handling of line ends. */
const MAX_LENGTH = 65_000;

/** Rows of a list of findings, and lines of one object, beyond which a reader is better off with the job's log. */
const MAX_ROWS = 50;

const SIGNS: Readonly<Record<Change["op"], string>> = {
    create: "+",
    update: "~",
    replace: "±",
    delete: "-",
    move: ">",
};

const WORDS: Readonly<Record<Change["op"], string>> = {
    create: "to create",
    update: "to update",
    replace: "to replace",
    delete: "to delete",
    move: "with another logical name",
};

/** A text that a comment is built of; parts at the end are dropped first when the whole is too long. */
type Parts = readonly string[];

/**
 * The comment on a pull request: a table over all stacks, then findings, then changes.
 * @param marker First line, by which the comment is found again.
 * @param footer Last line, e.g. the commit and where the whole log is.
 * @param missing Stacks whose job left no report: without a line of theirs the others would look like the whole.
 */
export function previewComment(
    reports: readonly Report[],
    marker: string,
    footer: string,
    missing: readonly string[] = [],
): string {
    const rows = [
        ...reports.map((report) => [report.stack, changeSummary(report), policySummary(report)]),
        ...missing.map((stack) => [stack, "**no report**: the job ended before its preview did", "not judged"]),
    ];
    return fit(
        [
            `${marker}\n### Preview\n\n${table(["Stack", "Changes", "Policies"], rows)}`,
            ...reports.map(problems),
            ...reports.map(replacements),
            ...reports.flatMap(changeList),
            ...reports.map(advice),
        ],
        footer,
    );
}

/** The issue about live objects that differ from the program. */
export function driftIssue(reports: readonly Report[], marker: string, footer: string): string {
    const drifted = reports.filter((report) => driftOf(report).length > 0 || report.errors.length > 0);
    const rows = drifted.map((report) => [
        report.stack,
        counts(driftOf(report)),
        `${report.changes.length - driftOf(report).length}`,
    ]);
    const intro =
        "Somebody or something changed live objects that the program owns. " +
        "Keep such a change: put it into the program. Undo it: " +
        "`PULUMI_K8S_ENABLE_PATCH_FORCE=true pulumi up --refresh --stack STACK`, then `pulumi up --stack STACK`.";
    return fit(
        [
            `${marker}\n${intro}\n\n${table(["Stack", "Drift", "In the program, not deployed yet"], rows)}`,
            ...drifted.map(problems),
            ...drifted.flatMap((report) => changeList({ ...report, changes: driftOf(report) })),
        ],
        footer,
    );
}

/** Changes that the live objects made necessary: those that the program alone does not ask for. */
export function driftOf({ changes }: Report): Change[] {
    return changes.filter(({ undeployed }) => undeployed !== true);
}

function changeSummary(report: Report): string {
    if (report.errors.length > 0) {
        return "**failed**";
    }
    return report.changes.length === 0 ? `none (${report.resources} resources)` : counts(report.changes);
}

function counts(changes: readonly Change[]): string {
    const ops: Change["op"][] = ["create", "update", "replace", "delete", "move"];
    const found = ops.flatMap((op) => {
        const count = changes.filter((change) => change.op === op).length;
        return count === 0 ? [] : [`${op === "replace" ? `**${count}**` : count} ${WORDS[op]}`];
    });
    return found.length === 0 ? "none" : found.join(", ");
}

function policySummary(report: Report): string {
    if (report.errors.length > 0) {
        return "not judged";
    }
    const mandatory = of(report, "mandatory").length;
    const advisory = of(report, "advisory").length;
    const parts = [
        mandatory === 0 ? "passed" : `**${mandatory} violation${mandatory === 1 ? "" : "s"}**`,
        ...(advisory === 0 ? [] : [`${advisory} remark${advisory === 1 ? "" : "s"}`]),
        ...(report.exceptions === 0 ? [] : [`${report.exceptions} exceptions used`]),
    ];
    return parts.join(", ");
}

/** What stops the update of a stack. */
function problems(report: Report): string {
    if (!isBroken(report)) {
        return "";
    }
    const errors = report.errors.map((error) => fenced("text", error.split("\n")));
    const violations = of(report, "mandatory");
    const list =
        violations.length === 0 ? [] : [`**${report.stack}: policy violations**\n\n${findingTable(violations)}`];
    const failed = errors.length === 0 ? [] : [`**${report.stack}: the preview failed**`];
    return [...failed, ...errors, ...list].join("\n\n");
}

function replacements({ stack, changes }: Report): string {
    const replaced = changes.filter(({ op }) => op === "replace").map(({ object }) => code(object));
    return replaced.length === 0
        ? ""
        : `> [!WARNING]\n> ${stack}: deleted and made anew: ${replaced.slice(0, MAX_ROWS).join(", ")}`;
}

function advice(report: Report): string {
    const remarks = of(report, "advisory");
    return remarks.length === 0
        ? ""
        : folded(`${report.stack}: remarks of the policies (${remarks.length})`, findingTable(remarks));
}

function of({ findings }: Report, level: Finding["level"]): Finding[] {
    return findings.filter((finding) => finding.level === level);
}

function findingTable(findings: readonly Finding[]): string {
    const rows = findings.slice(0, MAX_ROWS).map(({ rule, message }) => [code(rule), code(message)]);
    const more = findings.length > MAX_ROWS ? `\n\n... and ${findings.length - MAX_ROWS} more` : "";
    return table(["Rule", "Finding"], rows) + more;
}

/** Changes of a stack in blocks of a size that can be dropped one by one. */
function changeList({ stack, against, changes }: Report): Parts {
    const blocks: string[] = [];
    const size = 25;
    for (let from = 0; from < changes.length; from += size) {
        const some = changes.slice(from, from + size);
        const range =
            changes.length <= size ? `${changes.length}` : `${from + 1} to ${from + some.length} of ${changes.length}`;
        const body = fenced("diff", some.flatMap(changeLines));
        blocks.push(folded(`${stack}: changes (${range}), compared with ${against}`, body));
    }
    return blocks;
}

function changeLines({ op, object, details }: Change): string[] {
    const sign = SIGNS[op];
    const title = `${sign === "~" || sign === "±" ? "!" : sign === ">" ? "#" : sign} ${object}${op === "replace" ? " (replaced)" : ""}`;
    const lines = details.flatMap(({ path, before, after }) => [...side("-", path, before), ...side("+", path, after)]);
    const more = lines.length > MAX_ROWS ? [`  ... ${lines.length - MAX_ROWS} more lines`] : [];
    return [title, ...lines.slice(0, MAX_ROWS), ...more];
}

function side(sign: "-" | "+", path: string, value: string | undefined): string[] {
    if (value === undefined) {
        return [];
    }
    const [first = "", ...rest] = value.split("\n");
    return rest.length === 0
        ? [`${sign}   ${path}: ${first}`]
        : [`${sign}   ${path}:`, ...[first, ...rest].map((line) => `${sign}     ${line}`)];
}

/** Text as it is, on one line: no markup, mention or link in it counts. */
function code(text: string): string {
    return `\`${text.replaceAll("`", "'").replaceAll(/\s+/g, " ").trim()}\``;
}

/** Lines as they are, in a block that none of them can end. */
function fenced(language: string, lines: readonly string[]): string {
    const safe = lines.map((line) => line.replaceAll("\r", "").replaceAll(/`{4,}/g, "```"));
    return [`\`\`\`\`${language}`, ...safe, "````"].join("\n");
}

/** A part that the reader opens; nothing in its title has a meaning as markup. */
function folded(title: string, body: string): string {
    const safe = title.replaceAll(/\s+/g, " ").replaceAll("&", "&amp;").replaceAll("<", "&lt;");
    return `<details><summary><code>${safe}</code></summary>\n\n${body}\n\n</details>`;
}

/** Joins parts up to the size that GitHub takes, and says how many were dropped. */
function fit(parts: Parts, footer: string): string {
    const present = parts.filter((part) => part !== "");
    const kept: string[] = [];
    let length = footer.length + 200;
    for (const part of present) {
        if (length + part.length + 2 > MAX_LENGTH) {
            break;
        }
        kept.push(part);
        length += part.length + 2;
    }
    const dropped = present.length - kept.length;
    const note =
        dropped === 0 ? [] : [`... ${dropped} more parts do not fit here; the job's summary and artifact have them.`];
    return [...kept, ...note, footer].join("\n\n");
}
