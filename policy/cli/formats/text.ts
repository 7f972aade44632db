import type { Report } from "../check";

/** For people: one line for each thing found, then the numbers. */
export function toText({ checked, violations, exceptions, errors }: Report): string {
    const mandatory = violations.filter(({ level }) => level === "mandatory").length;
    return [
        ...violations.map(({ file, line, level, rule, message }) => `${file}:${line}: ${level} ${rule}: ${message}`),
        ...exceptions.map((message) => `exception used: ${message}`),
        ...errors.map(({ file, message }) => `${file}: can't be used: ${message}`),
        `${count(checked, "object")} checked: ${mandatory} mandatory and ${violations.length - mandatory} advisory ` +
            `violations, ${count(errors.length, "error")}.`,
        "",
    ].join("\n");
}

function count(number: number, what: string): string {
    return `${number} ${what}${number === 1 ? "" : "s"}`;
}
