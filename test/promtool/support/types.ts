import type { RuleContext } from "../../../components/monitoring/rules";

/**
 * What a case is about. Each alert has one of each of the first four; one that reads a gauge of the app or of SPIRE
 * has one of the fifth, too.
 */
export type Kind = "fires" | "stays quiet" | "boundary" | "no data" | "never set";

/** An alert as shown to the on-call person. */
export interface Expected {
    /** Its labels without name and team. */
    readonly labels: Readonly<Record<string, string>>;
    /** Its description, templates filled in. */
    readonly description: string;
}

/** A situation, and the expected alerts. */
export interface RuleCase {
    readonly kind: Kind;
    /** Description of the situation. */
    readonly title: string;
    /** Samples by series, in promtool's notation, e.g. `0+15x40`. */
    readonly series: Readonly<Record<string, string>>;
    /** Evaluation time, after the first sample. */
    readonly at: string;
    /** Alerts that fire at that time. Default: none. */
    readonly fires?: readonly Expected[];
    /** An earlier time at which nothing fires yet. */
    readonly notYetAt?: string;
    /** Time between samples and between evaluations; default: that of the rules. Longer for long times, to be quick. */
    readonly interval?: "2m";
}

/** The cases of every alert of some groups, by the alerts' names. */
export interface CaseTable {
    /** Groups of rules that the alerts need. */
    readonly groups: readonly string[];
    readonly cases: (context: RuleContext) => Readonly<Record<string, readonly RuleCase[]>>;
}
