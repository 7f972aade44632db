import assert from "node:assert/strict";
import { failed, passed, skipped, type Outcome } from "../../../smoke/outcome";
import type { SmokeReport } from "../../../smoke/evaluate";
import { junitText } from "../../../smoke/report/junit";
import { failureText, reportText } from "../../../smoke/report/text";

const result = (name: string, finding: Outcome) => ({
    topic: "T",
    name,
    command: "kubectl --context c get x",
    finding,
});
const report: SmokeReport = {
    results: [
        result("good", passed("2 of 2")),
        result(
            "bad",
            failed("1 difference", [{ path: "spec.a", expected: '<1> & "2"', actual: "3 ".repeat(40).trim() }]),
        ),
        result("left out", skipped("a reason that is long enough to need a second line on a narrow terminal")),
    ],
    passed: 1,
    failed: 1,
    skipped: 1,
};

describe("Smoke report", () => {
    it("has a line a check, the difference and the command of a failed one, and the counts", () => {
        assert.equal(
            reportText(report, { columns: 120, colour: false }),
            `✔ T good: 2 of 2
✘ T bad: 1 difference
    spec.a
      expected  <1> & "2"
      actual    ${"3 ".repeat(40).trim()}
    kubectl --context c get x
- T left out: a reason that is long enough to need a second line on a narrow terminal

1 passed, 1 failed, 1 skipped`,
        );
    });

    it("fits 60 columns, with commands left whole", () => {
        const lines = reportText(report, { columns: 60, colour: false }).split("\n");
        assert.deepEqual(
            lines.filter((line) => line.length > 60),
            [],
        );
        assert.ok(lines.includes("    kubectl --context c get x"));
    });

    it("uses colour only if requested", () => {
        assert.ok(reportText(report, { columns: 60, colour: true }).includes("\u001b["));
        assert.ok(!reportText(report, { columns: 60, colour: false }).includes("\u001b"));
    });

    it("can show the failures alone", () => {
        assert.match(failureText(report), /^✘ T bad/);
        assert.doesNotMatch(failureText(report), /good|left out/);
    });

    it("is escaped in JUnit XML", () => {
        const xml = junitText(report, 1.5);
        assert.match(xml, /<testsuite name="smoke" tests="3" failures="1" errors="0" skipped="1" time="1\.500">/);
        assert.match(xml, /expected {2}&lt;1&gt; &amp; &quot;2&quot;/);
        assert.match(xml, /<testcase classname="smoke\.T" name="good"\/>/);
        assert.match(xml, /<skipped message="a reason/);
    });

    it("leaves out of XML what XML forbids", () => {
        const odd = { ...report, results: [result("x", failed("bell \u0007 here"))] };
        assert.match(junitText(odd, 0), /message="bell {2}here"/);
    });
});
