import * as path from "node:path";
import type { PolicyHead, Severity } from "../../evaluation/rule";
import type { Report } from "../check";

/** Scores by which code hosts sort findings, from 0 to 10. */
const SCORES: Readonly<Record<Severity, string>> = { low: "3.0", medium: "5.5", high: "8.0", critical: "9.5" };

/** SARIF 2.1.0, which code hosts show in the files of a pull request. */
export function toSarif({ violations, errors }: Report, rules: readonly PolicyHead[]): string {
    const results = violations.map(({ file, line, level, rule, message, path: place }) => ({
        ruleId: rule,
        ruleIndex: rules.findIndex(({ id }) => id === rule),
        level: level === "mandatory" ? "error" : "warning",
        message: { text: message },
        locations: [
            {
                physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine: line } },
                logicalLocations: [{ fullyQualifiedName: place }],
            },
        ],
    }));
    const notifications = errors.map(({ file, message }) => ({
        level: "error",
        message: { text: message },
        locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) } } }],
    }));
    const log = {
        $schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [
            {
                tool: { driver: { name: "x0tta6bl4-policy", rules: rules.map(toDescriptor) } },
                invocations: [{ executionSuccessful: errors.length === 0, toolExecutionNotifications: notifications }],
                results,
            },
        ],
    };
    return `${JSON.stringify(log, undefined, 2)}\n`;
}

function toDescriptor({ id, title, description, severity, level, remediation, url }: PolicyHead) {
    return {
        id,
        name: id,
        shortDescription: { text: title },
        fullDescription: { text: description },
        help: { text: remediation.join("\n") },
        helpUri: url,
        defaultConfiguration: { level: level === "mandatory" ? "error" : "warning" },
        // Code hosts sort by the score only where the tag is.
        properties: { tags: ["security"], "security-severity": SCORES[severity] },
    };
}

/** A path as a URI, relative where it can be, since code hosts know files by their path in the repository. */
function uriOf(file: string): string {
    if (file === "-") {
        return "stdin";
    }
    const relative = path.relative(process.cwd(), path.resolve(file));
    const shown = relative.startsWith("..") ? path.resolve(file) : relative;
    return shown.split(path.sep).map(encodeURIComponent).join("/");
}
