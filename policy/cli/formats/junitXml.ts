/** What a test case came to; a case without an outcome passed. */
export interface JunitOutcome {
    /** Element that says so. */
    readonly element: "failure" | "error" | "skipped" | "system-out";
    /** Attributes of the element, e.g. `message`. */
    readonly attributes?: Readonly<Record<string, string>>;
    /** Content of the element. */
    readonly text?: string;
}

/** A test case. */
export interface JunitCase {
    /** Its group, e.g. `smoke.Mesh`. */
    readonly classname: string;
    /** Its name. */
    readonly name: string;
    /** What it came to. */
    readonly outcome?: JunitOutcome;
}

/** A test suite; its counts are those of its cases. */
export interface JunitSuite {
    /** Its name. */
    readonly name: string;
    /** How long it took (s); default: not told. */
    readonly seconds?: number;
    /** Its cases. */
    readonly cases: readonly JunitCase[];
}

/** JUnit XML, the form of test results that CI systems read: a part for each suite, so that one at a time is in memory. */
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

/** A tag up to its end. */
function tag(name: string, attributes: Readonly<Record<string, string>>): string {
    return `<${[name, ...Object.entries(attributes).map(([key, value]) => `${key}="${escapeXml(value)}"`)].join(" ")}`;
}

/** A text for XML content and attributes; characters that XML 1.0 forbids are left out. */
function escapeXml(text: string): string {
    return text
        .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "")
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll('"', "&quot;");
}
