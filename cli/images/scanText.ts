import { exceptionText } from "../../images/scan/evaluate";
import type { VulnerabilitySeverity } from "../../images/scan/severity";
import { counted } from "../../terminal/counted";
import { type Cell, paint, table, type Terminal } from "../../terminal/text";
import type { ScanOutcome } from "./scanOutcome";
import { marked } from "./text";

/** Text of `npx x0 images scan`: what fails, then what is accepted, then what needs attention. */
export function scanText(
    { stack, scanner, images, severe, others, excluded, ended, unused, faults }: ScanOutcome,
    failOn: VulnerabilitySeverity,
    screen: Pick<Terminal, "columns" | "colour">,
): string {
    const failing = severe.filter(({ exception }) => exception === undefined);
    const by = scanner === undefined ? "" : ` by ${scanner}`;
    const title = `${counted(images.length, "image")} of ${stack} scanned${by}: ${counted(failing.length, "vulnerability", "vulnerabilities")} of severity ${failOn} or worse`;
    const rows = severe.map(({ image, vulnerability, exception }): Cell[] => [
        [vulnerability.severity, exception === undefined ? "bad" : "dim"],
        vulnerability.id,
        image.reference,
        `${vulnerability.package} ${vulnerability.version}`,
        exception === undefined
            ? vulnerability.fixed.length === 0
                ? "no fix yet"
                : `fixed in ${vulnerability.fixed.join(", ")}`
            : `accepted until ${exception.expires}: ${exception.reason}`,
    ]);
    return [
        paint(title, "bold", screen),
        ...table(rows, screen),
        `  ${others} less severe or without a fix, ${excluded} excluded by VEX`,
        ...unused.flatMap((one) => marked("note", exceptionText(one, "unused"), screen)),
        ...ended.flatMap((one) => marked("wrong", exceptionText(one, "ended"), screen)),
        ...faults.flatMap((fault) => marked("wrong", fault, screen)),
    ].join("\n");
}
