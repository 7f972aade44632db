import type { Result } from "../check";
import type { SmokeReport } from "../evaluate";

/** The report as JUnit XML, the form that CI systems read; one test suite, one test case a check. */
export function junitText(report: SmokeReport, seconds: number): string {
    const { results, failed, skipped } = report;
    const counts = `tests="${results.length}" failures="${failed}" errors="0" skipped="${skipped}" time="${seconds.toFixed(3)}"`;
    return [
        '<?xml version="1.0" encoding="UTF-8"?>',
        `<testsuites ${counts}>`,
        `  <testsuite name="smoke" ${counts}>`,
        ...results.map(testCase),
        "  </testsuite>",
        "</testsuites>",
        "",
    ].join("\n");
}

/** One test case. */
function testCase({ topic, name, command, finding }: Result): string {
    const head = `    <testcase classname="smoke.${escape(topic)}" name="${escape(name)}"`;
    switch (finding.status) {
        case "passed":
            return `${head}/>`;
        case "skipped":
            return `${head}><skipped message="${escape(finding.detail)}"/></testcase>`;
        case "failed": {
            const lines = finding.differences.map(
                ({ path, expected, actual }) => `${path}\n  expected  ${expected}\n  actual    ${actual}`,
            );
            const body = escape([...lines, command].join("\n"));
            return `${head}><failure message="${escape(finding.detail)}">${body}</failure></testcase>`;
        }
    }
}

/** A text for XML content and attributes; characters that XML 1.0 forbids are left out. */
function escape(text: string): string {
    return text
        .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "")
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll('"', "&quot;");
}
