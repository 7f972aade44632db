import type { CheckReport } from "../check";
import type { Violation } from "../violation";

/** Plain text: one line for each finding, most severe first, then a summary. */
export function* toText(report: CheckReport): Generator<string> {
    const { violations, exceptions, errors } = report;
    for (const violation of violations) {
        yield `${toLine(violation)}\n`;
    }
    yield* exceptions.map((message) => `exception used: ${message}\n`);
    yield* errors.map(({ file, message }) => `${file}: cannot be used: ${message}\n`);
    yield `${summary(report)}\n`;
}

/** The summary, as a sentence. */
export function summary({ checked, skipped, counts, errors }: CheckReport): string {
    const others = skipped === 0 ? "" : `, ${count(skipped, "other document")} skipped`;
    return (
        `${count(checked, "object")} checked${others}: ${counts.mandatory} mandatory and ${counts.advisory} ` +
        `advisory violations, ${count(errors.length, "error")}.`
    );
}

/** The rules that a violation breaks. */
export function rulesOf({ rule, otherRules }: Violation): string {
    return otherRules.length === 0 ? rule : `${rule} and ${count(otherRules.length, "other rule")}`;
}

function toLine(violation: Violation): string {
    const { file, line, level, severity, message } = violation;
    return `${file}:${line}: ${level} ${severity} ${rulesOf(violation)}: ${message}`;
}

function count(number: number, what: string): string {
    return `${number} ${what}${number === 1 ? "" : "s"}`;
}
