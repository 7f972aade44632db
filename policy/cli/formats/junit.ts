import { groupBy } from "../../kubernetes/stack";
import type { Report } from "../check";
import type { Violation } from "../violation";
import { type JunitCase, junitXml } from "./junitXml";

/** JUnit XML: a suite for each file, a failure for each mandatory violation, an error for what could not be used. */
export function toJunit({ files, violations, errors }: Report): string {
    const found = groupBy(violations, ({ file }) => file);
    const broken = groupBy(errors, ({ file }) => file);
    return junitXml(
        [...new Set([...files, ...broken.keys()])].map((file) => {
            const cases: JunitCase[] = [
                ...(found.get(file) ?? []).map(toCase),
                ...(broken.get(file) ?? []).map(({ message }): JunitCase => ({
                    classname: file,
                    name: "read",
                    outcome: { element: "error", attributes: { message } },
                })),
            ];
            // A suite without a case is no success to most readers.
            return { name: file, cases: cases.length === 0 ? [{ classname: file, name: "policies" }] : cases };
        }),
    );
}

function toCase({ file, rule, level, message, line, document, path }: Violation): JunitCase {
    return {
        classname: file,
        name: `${rule} ${document} ${path}`,
        outcome:
            level === "mandatory"
                ? { element: "failure", attributes: { type: rule, message }, text: `${file}:${line}` }
                : { element: "system-out", text: message },
    };
}
