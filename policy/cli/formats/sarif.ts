import * as path from "node:path";
import type { PolicyHead, Severity } from "../../evaluation/rule";
import type { CheckReport } from "../check";
import type { Violation } from "../violation";
import { jsonWithList } from "./json";

/** Scores from 0 to 10, by which code hosts sort findings. */
const SCORES: Readonly<Record<Severity, string>> = { low: "3.0", medium: "5.5", high: "8.0", critical: "9.5" };

/** SARIF 2.1.0, which code hosts show in the files of a pull request. */
export function* toSarif({ violations, errors }: CheckReport, rules: readonly PolicyHead[]): Generator<string> {
    const index = new Map(rules.map(({ id }, place) => [id, place]));
    const notifications = errors.map(({ file, message }) => ({
        level: "error",
        message: { text: plain(message) },
        locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) } } }],
    }));
    const run = {
        tool: { driver: { name: "x0tta6bl4-policy", rules: rules.map(toDescriptor) } },
        invocations: [{ executionSuccessful: errors.length === 0, toolExecutionNotifications: notifications }],
    };
    yield `{\n  "$schema": "https://json.schemastore.org/sarif-2.1.0.json",\n  "version": "2.1.0",\n  "runs": [\n    `;
    yield* jsonWithList(
        run,
        "results",
        mapped(violations, (violation) => toResult(violation, index)),
        {},
        2,
    );
    yield "\n  ]\n}\n";
}

function* mapped<T, R>(items: Iterable<T>, map: (item: T) => R): Generator<R> {
    for (const item of items) {
        yield map(item);
    }
}

function toResult(
    { file, line, column, level, rule, message, path: place }: Violation,
    index: ReadonlyMap<string, number>,
) {
    return {
        ruleId: rule,
        ruleIndex: index.get(rule) ?? -1,
        level: level === "mandatory" ? "error" : "warning",
        message: { text: plain(message) },
        locations: [
            {
                physicalLocation: {
                    artifactLocation: { uri: uriOf(file) },
                    region: { startLine: line, startColumn: column },
                },
                logicalLocations: [{ fullyQualifiedName: place }],
            },
        ],
    };
}

/**
 * Escapes a message: `[text](target)` would be a link in SARIF (3.11.6), and names in a message are not trusted.
 * Invisible characters are removed too.
 */
function plain(message: string): string {
    return message
        .replaceAll("](", "] (")
        .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu, "\uFFFD");
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
        // Code hosts sort by the score only when this tag is present.
        properties: { tags: ["security"], "security-severity": SCORES[severity] },
    };
}

/** A path as a URI, relative where possible, since code hosts identify files by their path in the repository. */
function uriOf(file: string): string {
    if (file === "-") {
        return "stdin";
    }
    const relative = path.relative(process.cwd(), path.resolve(file));
    const shown = relative.startsWith("..") ? path.resolve(file) : relative;
    return shown.split(path.sep).map(encodeURIComponent).join("/");
}
