import { groupBy } from "../../kubernetes/stack";
import type { Report, Violation } from "../check";

/** For people: one line for each thing found, then the numbers. */
export function toText({ checked, violations, exceptions, errors }: Report): string {
    const mandatory = violations.filter(({ level }) => level === "mandatory").length;
    return [
        ...linesOf(violations),
        ...exceptions.map((message) => `exception used: ${message}`),
        ...errors.map(({ file, message }) => `${file}: can't be used: ${message}`),
        `${count(checked, "object")} checked: ${mandatory} mandatory and ${violations.length - mandatory} advisory ` +
            `violations, ${count(errors.length, "error")}.`,
        "",
    ].join("\n");
}

/** One line for each fault: what can't be read breaks every rule that reads it, and is said once. */
function linesOf(violations: readonly Violation[]): string[] {
    const faults = groupBy(violations, ({ file, document, level, message }) =>
        [file, document, level, message].join("\n"),
    );
    return [...faults.values()].flatMap(([first, ...others]) => {
        if (first === undefined) {
            return [];
        }
        const { file, line, level, rule, message } = first;
        const rules = others.length === 0 ? rule : `${rule} and ${count(others.length, "other rule")}`;
        return [`${file}:${line}: ${level} ${rules}: ${message}`];
    });
}

function count(number: number, what: string): string {
    return `${number} ${what}${number === 1 ? "" : "s"}`;
}
