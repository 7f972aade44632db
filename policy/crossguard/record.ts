import type { RuleOutcome } from "../engine/outcome";

/**
 * Environment variable with the path of a file to which the pack appends its findings: one JSON document per line, see
 * {@link PackRecord}. The policy protocol carries only text, so this is how a caller gets findings as data.
 */
export const FINDINGS_FILE = "X0TTA6BL4_FINDINGS";

/** A finding of the pack. */
export interface FindingRecord {
    /** Type of the record. */
    readonly record: "finding";
    /** As in {@link RuleOutcome}; `pack` for a report about the pack itself or its configuration. */
    readonly type: RuleOutcome["type"] | "pack";
    /** Rule or policy. */
    readonly rule: string;
    /** The object, e.g. `Deployment shop/web`; none for the stack as a whole or the configuration. */
    readonly object?: string;
    /** Container, where one is affected. */
    readonly container?: string;
    /** Paths from the root of the object. */
    readonly paths: readonly string[];
    /** The whole message, as sentences. */
    readonly message: string;
    /** URN of the resource that holds the object; none for the stack as a whole. */
    readonly urn?: string;
    /** Whether it was also reported to the engine. A folded finding is only in this file, and is always advisory. */
    readonly reported: boolean;
    /** The exception in use, for type `exception`. */
    readonly exception?: {
        /** Justification. */
        readonly reason: string;
        /** Where it is defined. */
        readonly origin: string;
        /** Last day of validity, as `YYYY-MM-DD`. */
        readonly expires?: string;
    };
}

/** The end of a run: every resource and the stack were evaluated. A file without it is incomplete. */
export interface EndRecord {
    /** Type of the record. */
    readonly record: "end";
    /** Number of findings since the start or the previous end record. */
    readonly findings: number;
}

/** A line of the file. */
export type PackRecord = FindingRecord | EndRecord;
