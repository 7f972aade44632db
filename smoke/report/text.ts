import type { Result } from "../check";
import type { Outcome } from "../outcome";
import { visible } from "../../terminal/foreign";
import { paint, type Terminal, type Tone, wrap } from "../../terminal/text";
import type { SmokeReport } from "../evaluate";

/** Output of a report: text is wrapped at its columns, commands never. */
type Place = Pick<Terminal, "columns" | "colour">;

/** Symbol and colour of each status. */
const SIGNS = {
    passed: ["✔", "good"],
    failed: ["✘", "bad"],
    skipped: ["-", "warn"],
} as const satisfies Record<Outcome["status"], readonly [string, Tone]>;

/** Maximum length of an expected or actual value in a report (characters). */
const VALUE_LENGTH = 400;

/** The complete report: a line for each check, differences and a command below each failed check, and the counts. */
export function reportText(report: SmokeReport, place: Place): string {
    return [...report.results.flatMap((result) => resultLines(result, place)), "", countsText(report)].join("\n");
}

/** Only the failed checks, without colour; empty if there are none. For callers that format their own output. */
export function failureText(report: SmokeReport, columns = 100): string {
    return report.results
        .filter(({ finding }) => finding.status === "failed")
        .flatMap((result) => resultLines(result, { columns, colour: false }))
        .join("\n");
}

/** Counts, e.g. `45 passed, 1 failed, 2 skipped`. */
export function countsText({ passed, failed, skipped }: SmokeReport): string {
    return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** Lines of one check. */
function resultLines({ topic, name, command, finding }: Result, place: Place): string[] {
    const { columns } = place;
    const [sign, tone] = SIGNS[finding.status];
    const text = `${topic} ${name}${finding.detail === "" ? "" : `: ${finding.detail}`}`;
    const [first = "", ...rest] = wrap(text, columns - 2);
    const head = [`${paint(sign, tone, place)} ${first}`, ...rest.map((line) => `    ${line}`)];
    if (finding.status !== "failed") {
        return head;
    }
    const differences = finding.differences.flatMap(({ path, expected, actual }) => [
        ...indented(path, columns, 4),
        ...indented(`expected  ${clip(expected)}`, columns, 6),
        ...indented(`actual    ${clip(actual)}`, columns, 6),
    ]);
    return [...head, ...differences, `    ${visible(command)}`];
}

/** Wraps and indents text. */
function indented(text: string, columns: number, by: number): string[] {
    return wrap(text, columns - by).map((line) => `${" ".repeat(by)}${line}`);
}

/** The beginning of a long value. */
function clip(text: string): string {
    return text.length > VALUE_LENGTH ? `${text.slice(0, VALUE_LENGTH)}...` : text;
}
