import type { Finding, Result } from "../check";
import type { Report } from "../evaluate";

/** How a report is written. */
export interface TextOptions {
    /** Columns of the terminal; lines of text are wrapped there, commands never. */
    readonly columns: number;
    /** Whether to use colours. */
    readonly colour: boolean;
}

/** Sign and ANSI colour (SGR) of each status: green, red, yellow. */
const SIGNS = {
    passed: ["✔", 32],
    failed: ["✘", 31],
    skipped: ["-", 33],
} as const satisfies Record<Finding["status"], readonly [string, number]>;

/** Columns that text is never wrapped below. */
const LEAST_COLUMNS = 40;

/** Longest expected or actual value that is shown. */
const VALUE_LENGTH = 400;

/** The whole report: a line a check, differences and a command under each failed one, and the counts. */
export function reportText(report: Report, options: TextOptions): string {
    return [...report.results.flatMap((result) => resultLines(result, options)), "", countsText(report)].join("\n");
}

/** Only the failed checks, without colour; empty when there are none. For callers with a screen of their own. */
export function failureText(report: Report, columns = 100): string {
    return report.results
        .filter(({ finding }) => finding.status === "failed")
        .flatMap((result) => resultLines(result, { columns, colour: false }))
        .join("\n");
}

/** Counts, e.g. `45 passed, 1 failed, 2 skipped`. */
export function countsText({ passed, failed, skipped }: Report): string {
    return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** Lines of one check. */
function resultLines({ topic, name, command, finding }: Result, { columns, colour }: TextOptions): string[] {
    const [sign, tint] = SIGNS[finding.status];
    const text = `${topic} ${name}${finding.detail === "" ? "" : `: ${finding.detail}`}`;
    const [first = "", ...rest] = wrap(text, columns - 2);
    const head = [
        `${colour ? `\u001b[${tint}m${sign}\u001b[39m` : sign} ${first}`,
        ...rest.map((line) => `    ${line}`),
    ];
    if (finding.status !== "failed") {
        return head;
    }
    const differences = finding.differences.flatMap(({ path, expected, actual }) => [
        ...indented(path, columns, 4),
        ...indented(`expected  ${clip(expected)}`, columns, 6),
        ...indented(`actual    ${clip(actual)}`, columns, 6),
    ]);
    return [...head, ...differences, `    ${command}`];
}

/** A text wrapped and moved right. */
function indented(text: string, columns: number, by: number): string[] {
    return wrap(text, columns - by).map((line) => `${" ".repeat(by)}${line}`);
}

/** Breaks a text at spaces; a word longer than a line stays whole. Continued lines leave room for an indent of 2. */
function wrap(text: string, columns: number): string[] {
    const width = Math.max(columns, LEAST_COLUMNS) - 2;
    const lines: string[] = [];
    for (const word of text.split(/ (?! )/)) {
        const last = lines.at(-1);
        if (last !== undefined && last.length + 1 + word.length <= width) {
            lines[lines.length - 1] = `${last} ${word}`;
        } else {
            lines.push(word);
        }
    }
    return lines;
}

/** The beginning of a long value. */
function clip(text: string): string {
    return text.length > VALUE_LENGTH ? `${text.slice(0, VALUE_LENGTH)}...` : text;
}
