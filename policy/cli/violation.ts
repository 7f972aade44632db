import type { RuleOutcome } from "../engine/outcome";
import { keysOf } from "../engine/path";
import type { PolicyHead, Severity } from "../evaluation/rule";
import { groupBy } from "../kubernetes/stack";
import type { Manifest } from "../manifests/documents";
import { SEVERITIES } from "./arguments";

/** A violation in a manifest. */
export interface Violation {
    /** File; `-` for standard input. For a chart, its template. */
    readonly file: string;
    /** 0-based index among the non-empty documents of the file. */
    readonly document: number;
    /** Rule. */
    readonly rule: string;
    /** Other rules that report the same fault. */
    readonly otherRules: readonly string[];
    /** Enforcement level. */
    readonly level: "mandatory" | "advisory";
    /** Severity of the rule. */
    readonly severity: Severity;
    /** Kind of the object. */
    readonly kind: string;
    /** Namespace of the object, `null` where it has none. */
    readonly namespace: string | null;
    /** Name of the object, `null` where it has none. */
    readonly name: string | null;
    /** Container, `null` where no container is affected. */
    readonly container: string | null;
    /** Path from the root of the object. */
    readonly path: string;
    /** The whole message. */
    readonly message: string;
    /** Line in the file, counted from 1. */
    readonly line: number;
    /** Column in the file, counted from 1. */
    readonly column: number;
}

/** A document and its source. */
export interface SourcePlace {
    /** File, or template of a chart. */
    readonly file: string;
    /** The document. */
    readonly manifest: Manifest;
}

/** The violation that an outcome is reported as. */
export function toViolation(
    { file, manifest }: SourcePlace,
    { rule, kind, namespace, name, container, path, message, advisory }: RuleOutcome,
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

/** Rules about the same volume, most severe first: only the first is reported. */
const VOLUME_RULES: readonly string[] = ["cri-socket-mount", "host-path", "volume-types"];

/**
 * One violation for each fault of a document. A malformed field breaks every rule that reads it, and a hostPath breaks
 * several rules about volumes.
 */
export function folded(violations: readonly Violation[]): Violation[] {
    const byFault = groupBy(violations, ({ level, rule, path, message }) => {
        const volume = VOLUME_RULES.includes(rule) ? /^.*\bvolumes\[\d+\]/.exec(path)?.[0] : undefined;
        return `${level}\n${volume ?? message}`;
    });
    return [...byFault.values()].flatMap((group) => {
        const [first, ...others] = group.toSorted(
            (a, b) => rankIn(VOLUME_RULES, a.rule) - rankIn(VOLUME_RULES, b.rule),
        );
        return first === undefined ? [] : [{ ...first, otherRules: [...new Set(others.map(({ rule }) => rule))] }];
    });
}

/** Levels, strictest first. */
const LEVELS: readonly Violation["level"][] = ["mandatory", "advisory"];

/** Number of ranks. */
export const RANKS = LEVELS.length * SEVERITIES.length;

/** Rank of a violation; 0 is the most severe. Mandatory violations come first, then by severity. */
export function rankOf({ level, severity }: Violation): number {
    return rankIn(LEVELS, level) * SEVERITIES.length + (SEVERITIES.length - 1 - rankIn(SEVERITIES, severity));
}

function rankIn<T>(all: readonly T[], item: T): number {
    return all.indexOf(item);
}
