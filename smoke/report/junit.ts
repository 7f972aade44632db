import { type JunitOutcome, junitXml } from "../../policy/cli/formats/junitXml";
import type { Result } from "../check";
import type { SmokeReport } from "../evaluate";

/** The report as JUnit XML: one test suite, with one test case for each check. */
export function junitText({ results }: SmokeReport, seconds: number): string {
    const cases = results.map((result) => ({
        classname: `smoke.${result.topic}`,
        name: result.name,
        outcome: outcomeOf(result),
    }));
    return [...junitXml([{ name: "smoke", seconds, cases }])].join("");
}

function outcomeOf({ command, finding }: Result): JunitOutcome | undefined {
    switch (finding.status) {
        case "passed":
            return undefined;
        case "skipped":
            return { element: "skipped", attributes: { message: finding.detail } };
        case "failed": {
            const lines = finding.differences.map(
                ({ path, expected, actual }) => `${path}\n  expected  ${expected}\n  actual    ${actual}`,
            );
            return {
                element: "failure",
                attributes: { message: finding.detail },
                text: [...lines, command].join("\n"),
            };
        }
    }
}
