import { createHash } from "node:crypto";
import { visible } from "../../terminal/foreign";
import type { SevereFinding } from "./evaluate";
import type { VulnerabilitySeverity } from "./severity";

/** Scores from 0 to 10, by which code hosts sort findings. */
const SCORES: Readonly<Record<VulnerabilitySeverity, string>> = {
    unknown: "0.0",
    negligible: "1.0",
    low: "3.0",
    medium: "5.5",
    high: "8.0",
    critical: "9.5",
};

/** Where a finding is shown: the line of the stack file that names the image. */
export interface SettingLine {
    /** File, relative to the checkout. */
    readonly file: string;
    /** Line, from 1. */
    readonly line: number;
}

/** What ran. */
interface ScanTool {
    readonly name: string;
    readonly version: string;
}

/**
 * SARIF 2.1.0 of severe findings. Each is at the line that names the image, and has a fingerprint that a moved line does
 * not change, so that an alert stays the same. Accepted ones are there as suppressed.
 */
export function scanSarif(
    severe: readonly SevereFinding[],
    tool: ScanTool,
    stack: string,
    lineOf: (finding: SevereFinding) => SettingLine,
): object {
    const ids = [...new Set(severe.map(({ vulnerability }) => vulnerability.id))].sort();
    return {
        $schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [
            {
                tool: { driver: { ...tool, rules: ids.map((id) => ruleOf(id, severe)) } },
                results: severe.map((finding) => resultOf(finding, ids, stack, lineOf(finding))),
            },
        ],
    };
}

function ruleOf(id: string, severe: readonly SevereFinding[]): object {
    const [one] = severe.filter(({ vulnerability }) => vulnerability.id === id);
    const { severity = "unknown", url } = one?.vulnerability ?? {};
    return {
        id,
        name: id,
        shortDescription: { text: `${id} (${severity})` },
        ...(url === undefined ? {} : { helpUri: url }),
        // Code hosts sort by the score only when this tag is present.
        properties: { tags: ["security", "container"], "security-severity": SCORES[severity] },
    };
}

function resultOf(
    { image, vulnerability, exception }: SevereFinding,
    ids: readonly string[],
    stack: string,
    { file, line }: SettingLine,
): object {
    const { id, package: name, version, fixed } = vulnerability;
    const fix = fixed.length === 0 ? "No version fixes it yet." : `Fixed in ${fixed.join(", ")}.`;
    return {
        ruleId: id,
        ruleIndex: ids.indexOf(id),
        level: exception === undefined ? "error" : "note",
        message: { text: plain(`${image.reference}: ${name} ${version} has ${id}. ${fix}`) },
        locations: [{ physicalLocation: { artifactLocation: { uri: file }, region: { startLine: line } } }],
        partialFingerprints: { "imageVulnerability/v1": hash([stack, image.name, id, name].join("\n")) },
        ...(exception === undefined
            ? {}
            : { suppressions: [{ kind: "external", justification: plain(exception.reason) }] }),
    };
}

/** Text of a scanner or a registry: `[text](target)` would be a link in SARIF (3.11.6). */
function plain(text: string): string {
    return visible(text).replaceAll("](", "] (");
}

function hash(text: string): string {
    return createHash("sha256").update(text).digest("hex");
}
