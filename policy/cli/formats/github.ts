import type { CheckReport } from "../check";
import { rulesOf, summary } from "./text";

/** Workflow commands of GitHub Actions, which shows them in the files of a pull request; most severe first. */
export function* toGithub(report: CheckReport): Generator<string> {
    const { violations, errors } = report;
    for (const violation of violations) {
        const { file, line, column, level, severity, message } = violation;
        const place = `file=${property(file)},line=${line},col=${column}`;
        const title = property(`${rulesOf(violation)} (${severity})`);
        yield `::${level === "mandatory" ? "error" : "warning"} ${place},title=${title}::${data(message)}\n`;
    }
    yield* errors.map(({ file, message }) => `::error file=${property(file)}::${data(`cannot be used: ${message}`)}\n`);
    yield `${data(summary(report))}\n`;
}

/** Escapes the data of a command; see `escapeData` in actions/toolkit. */
function data(text: string): string {
    return text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}

/** Escapes a property of a command; see `escapeProperty` in actions/toolkit. */
function property(text: string): string {
    return data(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
}
