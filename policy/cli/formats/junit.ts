import { groupBy } from "../../kubernetes/stack";
import type { Report } from "../check";
import type { Violation } from "../violation";

/** JUnit XML: a suite for each file, a failure for each mandatory violation, an error for what could not be used. */
export function toJunit({ files, violations, errors }: Report): string {
    const found = groupBy(violations, ({ file }) => file);
    const broken = groupBy(errors, ({ file }) => file);
    const suites = [...new Set([...files, ...broken.keys()])].map((file) => {
        const [own, unread] = [found.get(file) ?? [], broken.get(file) ?? []];
        const cases = [
            ...own.map(toCase),
            ...unread.map(({ message }) => element("read", file, `<error message="${escape(message)}"/>`)),
        ];
        // A suite without a case is no success to most readers.
        if (cases.length === 0) {
            cases.push(element("policies", file, ""));
        }
        const failures = own.filter(({ level }) => level === "mandatory").length;
        const counts = `tests="${cases.length}" failures="${failures}" errors="${unread.length}"`;
        return [`  <testsuite name="${escape(file)}" ${counts}>`, ...cases, "  </testsuite>"].join("\n");
    });
    return ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", ...suites, "</testsuites>", ""].join("\n");
}

function toCase({ file, rule, level, message, line, document, path }: Violation): string {
    const inner =
        level === "mandatory"
            ? `<failure type="${rule}" message="${escape(message)}">${escape(`${file}:${line}`)}</failure>`
            : `<system-out>${escape(message)}</system-out>`;
    return element(`${rule} ${document} ${path}`, file, inner);
}

function element(name: string, file: string, inner: string): string {
    return `    <testcase name="${escape(name)}" classname="${escape(file)}">${inner}</testcase>`;
}

/** Text as XML, without the control characters that XML cannot hold. */
function escape(text: string): string {
    return text
        .replace(/[^\t\n\r -\ud7ff\ue000-\ufffd]/g, "?")
        .replace(/&/g, "&amp;")
        .replace(/</g, "&lt;")
        .replace(/>/g, "&gt;")
        .replace(/"/g, "&quot;");
}
