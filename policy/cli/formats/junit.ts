import { groupBy } from "../../kubernetes/stack";
import type { Report } from "../check";
import type { Failure } from "../../manifests/inputs";
import { rankOf, type Violation } from "../violation";

/**
 * JUnit XML: a suite for each file, a failure for each mandatory violation, an error for what could not be used. Takes the
 * violations in the order of files.
 */
export function* toJunit({ files, violations, errors }: Report): Generator<string> {
    const broken = groupBy(errors, ({ file }) => file);
    const found = new Groups(violations);
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n';
    for (const file of new Set([...files, ...broken.keys()])) {
        yield suite(file, found.take(file), broken.get(file) ?? []);
    }
    yield "</testsuites>\n";
}

/** Violations by file, of which one group is in memory at a time. */
class Groups {
    private readonly rest: Iterator<Violation>;
    private next: IteratorResult<Violation, unknown>;

    constructor(violations: Iterable<Violation>) {
        this.rest = violations[Symbol.iterator]();
        this.next = this.rest.next();
    }

    /** Those of a file, the gravest first. Files must be asked for in their order. */
    take(file: string): Violation[] {
        const group: Violation[] = [];
        while (this.next.done !== true && this.next.value.file === file) {
            group.push(this.next.value);
            this.next = this.rest.next();
        }
        return group.sort((a, b) => rankOf(a) - rankOf(b));
    }
}

function suite(file: string, own: readonly Violation[], unread: readonly Failure[]): string {
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
    return [`  <testsuite name="${escape(file)}" ${counts}>`, ...cases, "  </testsuite>", ""].join("\n");
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
