import { groupBy } from "../../kubernetes/stack";
import type { CheckReport } from "../check";
import { rankOf, type Violation } from "../violation";
import { type JunitCase, type JunitSuite, junitXml } from "./junitXml";

/**
 * JUnit XML: a suite for each file, a failure for each mandatory violation, an error for each unusable input. Takes the
 * violations in the order of files.
 */
export function toJunit(report: CheckReport): Generator<string> {
    return junitXml(suites(report));
}

function* suites({ files, violations, errors }: CheckReport): Generator<JunitSuite> {
    const broken = groupBy(errors, ({ file }) => file);
    const found = new Groups(violations);
    for (const file of new Set([...files, ...broken.keys()])) {
        const cases: JunitCase[] = [
            ...found.take(file).map(toCase),
            ...(broken.get(file) ?? []).map(({ message }): JunitCase => ({
                classname: file,
                name: "read",
                outcome: { element: "error", attributes: { message } },
            })),
        ];
        // Most readers do not count a suite without test cases as passed.
        yield { name: file, cases: cases.length === 0 ? [{ classname: file, name: "policies" }] : cases };
    }
}

/** Groups violations by file, with one group in memory at a time. */
class Groups {
    private readonly rest: Iterator<Violation>;
    private next: IteratorResult<Violation, unknown>;

    constructor(violations: Iterable<Violation>) {
        this.rest = violations[Symbol.iterator]();
        this.next = this.rest.next();
    }

    /** The violations of a file, most severe first. Files must be requested in order. */
    take(file: string): Violation[] {
        const group: Violation[] = [];
        while (this.next.done !== true && this.next.value.file === file) {
            group.push(this.next.value);
            this.next = this.rest.next();
        }
        return group.sort((a, b) => rankOf(a) - rankOf(b));
    }
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
