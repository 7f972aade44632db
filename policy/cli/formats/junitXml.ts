/** Result of a test case; a case without one passed. */
export interface JunitOutcome {
    /** Element name. */
    readonly element: "failure" | "error" | "skipped" | "system-out";
    /** Attributes, e.g. `message`. */
    readonly attributes?: Readonly<Record<string, string>>;
    /** Content of the element. */
    readonly text?: string;
}

/** A test case. */
export interface JunitCase {
    /** Class name, e.g. `smoke.Mesh`. */
    readonly classname: string;
    /** Its name. */
    readonly name: string;
    /** Result. Default: passed. */
    readonly outcome?: JunitOutcome;
}

/** A test suite; its counts are those of its cases. */
export interface JunitSuite {
    /** Its name. */
    readonly name: string;
    /** Duration in seconds. Default: not reported. */
    readonly seconds?: number;
    /** Its cases. */
    readonly cases: readonly JunitCase[];
}

/**
 * JUnit XML, the format of test results that CI systems read. Yields one suite at a time, so that only one is in
 * memory.
 */
export function* junitXml(suites: Iterable<JunitSuite>): Generator<string> {
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n';
    for (const suite of suites) {
        yield [
            `  ${tag("testsuite", { name: suite.name, ...counts(suite) })}>`,
            ...suite.cases.map((each) => `    ${testCase(each)}`),
            "  </testsuite>",
            "",
        ].join("\n");
    }
    yield "</testsuites>\n";
}

function counts({ cases, seconds }: JunitSuite): Record<string, string> {
    const count = (element: JunitOutcome["element"]) =>
        cases.filter(({ outcome }) => outcome?.element === element).length;
    const skipped = count("skipped");
    return {
        tests: String(cases.length),
        failures: String(count("failure")),
        errors: String(count("error")),
        ...(skipped === 0 ? {} : { skipped: String(skipped) }),
        ...(seconds === undefined ? {} : { time: seconds.toFixed(3) }),
    };
}

function testCase({ classname, name, outcome }: JunitCase): string {
    const head = tag("testcase", { classname, name });
    return outcome === undefined ? `${head}/>` : `${head}>${result(outcome)}</testcase>`;
}

function result({ element, attributes = {}, text }: JunitOutcome): string {
    const head = tag(element, attributes);
    return text === undefined ? `${head}/>` : `${head}>${escapeXml(text)}</${element}>`;
}

/** A start tag without its closing bracket. */
function tag(name: string, attributes: Readonly<Record<string, string>>): string {
    return `<${[name, ...Object.entries(attributes).map(([key, value]) => `${key}="${escapeXml(value)}"`)].join(" ")}`;
}

/** Escapes a text for XML content and attributes; characters that XML 1.0 forbids are left out. */
function escapeXml(text: string): string {
    return text
        .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "")
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll('"', "&quot;");
}
