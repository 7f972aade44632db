import type { Outcome } from "../engine/outcome";
import { keysOf } from "../engine/path";
import type { PolicyHead, Severity } from "../evaluation/rule";
import { groupBy } from "../kubernetes/stack";
import type { Manifest } from "../manifests/documents";
import { SEVERITIES } from "./arguments";

/** A violation in a manifest. */
export interface Violation {
    /** File; `-` for standard input. For a chart, the template in it. */
    readonly file: string;
    /** 0-based number of the document among those of the file that are not empty. */
    readonly document: number;
    /** Rule. */
    readonly rule: string;
    /** Other rules that the same fault breaks. */
    readonly otherRules: readonly string[];
    /** How strictly it counts. */
    readonly level: "mandatory" | "advisory";
    /** How severe a violation of the rule is. */
    readonly severity: Severity;
    /** Kind of the object. */
    readonly kind: string;
    /** Namespace of the object, `null` where it has none. */
    readonly namespace: string | null;
    /** Name of the object, `null` where it has none. */
    readonly name: string | null;
    /** Container, `null` where none is concerned. */
    readonly container: string | null;
    /** Path from the root of the object. */
    readonly path: string;
    /** All of it for people. */
    readonly message: string;
    /** Line in the file, counted from 1. */
    readonly line: number;
    /** Column in the file, counted from 1. */
    readonly column: number;
}

/** A document and where it came from. */
export interface Place {
    /** File, or template of a chart. */
    readonly file: string;
    /** The document. */
    readonly manifest: Manifest;
}

/** What is reported about an outcome. */
export function toViolation(
    { file, manifest }: Place,
    { rule, kind, namespace, name, container, path, message, advisory }: Outcome,
    level: Violation["level"],
    policy: PolicyHead | undefined,
): Violation {
    return {
        file,
        document: manifest.index,
        rule,
        otherRules: [],
        level: advisory ? "advisory" : level,
        severity: policy?.severity ?? "medium",
        kind,
        namespace: namespace ?? null,
        name: name ?? null,
        container: container ?? null,
        path,
        message,
        ...manifest.positionOf(keysOf(path)),
    };
}

/** Rules about the same volume, the most severe first: one of them is enough. */
const VOLUME_RULES: readonly string[] = ["cri-socket-mount", "host-path", "volume-types"];

/**
 * One violation for each fault, the gravest first, then in the order of files and documents. What cannot be read breaks
 * every rule that reads it, and a directory of the node several rules about volumes.
 */
export function folded(violations: readonly Violation[], files: readonly string[]): Violation[] {
    const byFault = groupBy(violations, ({ file, document, level, rule, path, message }) => {
        const volume = /^.*\bvolumes\[\d+\]/.exec(path)?.[0];
        const fault = volume !== undefined && VOLUME_RULES.includes(rule) ? volume : message;
        return [file, document, level, fault].join("\n");
    });
    const all = [...byFault.values()].flatMap((group) => {
        const [first, ...others] = group.toSorted((a, b) => rank(VOLUME_RULES, a.rule) - rank(VOLUME_RULES, b.rule));
        return first === undefined ? [] : [{ ...first, otherRules: [...new Set(others.map(({ rule }) => rule))] }];
    });
    const order = new Map(files.map((file, index) => [file, index]));
    return all.toSorted(
        (a, b) =>
            rank(LEVELS, a.level) - rank(LEVELS, b.level) ||
            SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) ||
            (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0) ||
            a.document - b.document,
    );
}

/** Levels, the strictest first. */
const LEVELS: readonly string[] = ["mandatory", "advisory"];

function rank(all: readonly string[], item: string): number {
    return all.indexOf(item);
}
