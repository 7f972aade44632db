import type { RuleOutcome } from "../engine/outcome";

/**
 * Environment variable with the path of a file that the pack appends its findings to: one JSON document a line, see
 * {@link PackRecord}. The policy protocol carries only text, so this is how a caller gets them as data.
 */
export const FINDINGS_FILE = "X0TTA6BL4_FINDINGS";

/** A finding of the pack. */
export interface FindingRecord {
    /** What kind of record it is. */
    readonly record: "finding";
    /** As in {@link RuleOutcome}; `pack` for what the pack says about its own work or configuration. */
    readonly type: RuleOutcome["type"] | "pack";
    /** Rule or policy. */
    readonly rule: string;
    /** The object, e.g. `Deployment shop/web`; none where the stack as a whole or the configuration is concerned. */
    readonly object?: string;
    /** Container, where one is concerned. */
    readonly container?: string;
    /** Paths from the root of the object. */
    readonly paths: readonly string[];
    /** All of it as sentences for people. */
    readonly message: string;
    /** URN of the resource that holds the object; none for the stack as a whole. */
    readonly urn?: string;
    /** Whether the engine was told, too. One that is folded is in this file only, and is never more than advice. */
    readonly reported: boolean;
    /** The exception that was used, for that type. */
    readonly exception?: {
        /** Why it is right here. */
        readonly reason: string;
        /** Where it is written. */
        readonly origin: string;
        /** Last day on which it holds, as `YYYY-MM-DD`. */
        readonly expires?: string;
    };
}

/** The end of a run: every resource and the stack were judged. A file without it is incomplete. */
export interface EndRecord {
    /** What kind of record it is. */
    readonly record: "end";
    /** Number of findings since the start or the last end. */
    readonly findings: number;
}

/** A line of the file. */
export type PackRecord = FindingRecord | EndRecord;
