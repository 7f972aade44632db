import { exceptionLine } from "../engine/exceptions";
import { canaryNotes } from "../engine/canaries";
import { replacementCost } from "../engine/replacement";
import { type Change, isBroken, type PolicyFinding, type PreviewReport } from "../engine/report";
import { visibleLines } from "../terminal/foreign";
import { counted } from "../terminal/counted";
import { fenced, fit, folded, table } from "./blocks";
import { costReasons, costSection } from "./costSection";
import { imagesSection } from "./imagesSection";

/** Maximum entries of a list of findings, and lines of one object; the job's log has the rest. */
const MAX_ROWS = 50;

/** Objects in one block of changes: blocks that do not fit are left out one by one. */
const BLOCK_SIZE = 25;

const SIGNS: Readonly<Record<Change["op"], string>> = {
    create: "+",
    update: "!",
    replace: "!",
    delete: "-",
    move: "#",
};

const WORDS: Readonly<Record<Change["op"], string>> = {
    create: "to create",
    update: "to update",
    replace: "to replace",
    delete: "to delete",
    move: "with another logical name",
};

/** A stack without a valid report. */
export interface NoReport {
    /** The stack. */
    readonly stack: string;
    /** `missing`: its job wrote none. `invalid`: it wrote an invalid one. */
    readonly reason: "missing" | "invalid";
}

const REASONS: Readonly<Record<NoReport["reason"], string>> = {
    missing: "**no report**: the job ended before its preview did",
    invalid: "**report invalid**: the preview wrote a file that is not a report",
};

/**
 * The comment on a pull request: a table of all stacks, then findings, then changes.
 * @param marker First line, by which the comment is found again.
 * @param footer Last line, e.g. the commit and where the whole log is.
 * @param others Stacks without a report: without a line for them, the others would look complete.
 */
export function previewComment(
    reports: readonly PreviewReport[],
    marker: string,
    footer: string,
    others: readonly NoReport[] = [],
): string {
    const rows = [
        ...reports.map((report) => [report.stack, changeSummary(report), policySummary(report)]),
        ...others.map(({ stack, reason }) => [stack, REASONS[reason], "not evaluated"]),
    ];
    return fit(
        [
            `${marker}\n### Preview\n\n${table(["Stack", "Changes", "Policies"], rows)}`,
            ...reports.map(problems),
            ...reports.map(replacements),
            ...reports.map(imagesSection),
            ...reports.map(costSection),
            ...reports.map(canaries),
            ...reports.flatMap(changeList),
            ...reports.map(advice),
            ...reports.map(exceptionList),
            ...reports.map(costReasons),
        ],
        footer,
    );
}

/** The issue about live objects that differ from the program. */
export function driftIssue(reports: readonly PreviewReport[], marker: string, footer: string): string {
    const drifted = reports.filter((report) => driftOf(report).length > 0 || report.errors.length > 0);
    const rows = drifted.map((report) => [
        report.stack,
        counts(driftOf(report)),
        `${report.changes.length - driftOf(report).length}`,
    ]);
    const intro =
        "Live objects that the program owns were changed by someone or something else. " +
        "To keep such a change, put it into the program. To undo it: " +
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
export function driftOf({ changes }: PreviewReport): Change[] {
    return changes.filter(({ undeployed }) => undeployed !== true);
}

function changeSummary(report: PreviewReport): string {
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

function policySummary(report: PreviewReport): string {
    if (report.errors.length > 0) {
        return "not evaluated";
    }
    const mandatory = of(report, "mandatory").length;
    const advisory = of(report, "advisory").length;
    const used = report.exceptions.length;
    return [
        mandatory === 0 ? "passed" : `**${counted(mandatory, "violation")}**`,
        ...(advisory === 0 ? [] : [counted(advisory, "advisory finding")]),
        ...(used === 0 ? [] : [`${counted(used, "exception")} used`]),
    ].join(", ");
}

/** What stops the update of a stack. */
function problems(report: PreviewReport): string {
    if (!isBroken(report)) {
        return "";
    }
    const { stack, errors } = report;
    const violations = of(report, "mandatory");
    return [
        ...(errors.length === 0 ? [] : [`**${stack}: the preview failed**`]),
        ...errors.map((error) => fenced("text", [error])),
        ...(violations.length === 0 ? [] : [`**${stack}: policy violations**`, findingList(violations)]),
    ].join("\n\n");
}

/** The replaced objects, one per line with the consequences. */
function replacements({ stack, changes }: PreviewReport): string {
    const replaced = changes.flatMap((change) =>
        change.op === "replace" ? [`${change.object}: ${replacementCost(change)}`] : [],
    );
    return replaced.length === 0
        ? ""
        : `> [!WARNING]\n> ${stack}: ${counted(replaced.length, "object")} replaced\n\n${listed(replaced)}`;
}

/** What is delivered by canaries, since no change says so itself. */
function canaries({ stack, changes }: PreviewReport): string {
    const notes = canaryNotes(changes);
    return notes.length === 0 ? "" : `> [!NOTE]\n> ${stack}: delivered by canaries\n\n${listed(notes)}`;
}

function advice(report: PreviewReport): string {
    const found = of(report, "advisory");
    return found.length === 0 ? "" : folded(`${report.stack}: advisory findings (${found.length})`, findingList(found));
}

function exceptionList({ stack, exceptions }: PreviewReport): string {
    return exceptions.length === 0
        ? ""
        : folded(`${stack}: exceptions used (${exceptions.length})`, listed(exceptions.map(exceptionLine)));
}

function of({ findings }: PreviewReport, level: PolicyFinding["level"]): PolicyFinding[] {
    return findings.filter((finding) => finding.level === level);
}

function findingList(findings: readonly PolicyFinding[]): string {
    return listed(findings.map(({ rule, message }) => `${rule}: ${message}`));
}

/** One entry per line; continuation lines are indented, so that none looks like another entry. */
function listed(entries: readonly string[]): string {
    const lines = entries.slice(0, MAX_ROWS).map((entry) => indented(entry));
    const more = entries.length > MAX_ROWS ? [`... and ${entries.length - MAX_ROWS} more`] : [];
    return fenced("text", [...lines, ...more]);
}

function indented(entry: string): string {
    return visibleLines(entry).join("\n    ");
}

/** Changes of a stack in blocks of a size that can be left out one by one. */
function changeList({ stack, against, changes }: PreviewReport): string[] {
    const blocks: string[] = [];
    for (let from = 0; from < changes.length; from += BLOCK_SIZE) {
        const some = changes.slice(from, from + BLOCK_SIZE);
        const all = changes.length <= BLOCK_SIZE;
        const range = all ? `${changes.length}` : `${from + 1} to ${from + some.length} of ${changes.length}`;
        const title = `${stack}: changes (${range}), compared with ${against}`;
        blocks.push(folded(title, fenced("diff", some.flatMap(changeLines))));
    }
    return blocks;
}

function changeLines(change: Change): string[] {
    const { op, object, details } = change;
    const title = `${SIGNS[op]} ${indented(object)}${op === "replace" ? ` (replaced: ${replacementCost(change)})` : ""}`;
    const lines = details.flatMap(({ path, before, after }) => [...side("-", path, before), ...side("+", path, after)]);
    const more = lines.length > MAX_ROWS ? [`  ... ${lines.length - MAX_ROWS} more lines`] : [];
    return [title, ...lines.slice(0, MAX_ROWS), ...more];
}

function side(sign: "-" | "+", path: string, value: string | undefined): string[] {
    if (value === undefined) {
        return [];
    }
    const name = indented(path);
    const [first = "", ...rest] = visibleLines(value);
    return rest.length === 0
        ? [`${sign}   ${name}: ${first}`]
        : [`${sign}   ${name}:`, ...[first, ...rest].map((line) => `${sign}     ${line}`)];
}
