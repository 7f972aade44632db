import type { ReportViolation } from "@pulumi/policy";
import { appendFileSync } from "node:fs";
import type { RuleOutcome } from "../engine/outcome";
import type { PolicyHead } from "../evaluation/rule";
import type { ConfiguredLevel } from "./levels";
import { FINDINGS_FILE, type PackRecord } from "./record";

/** Set to `all`, it makes the pack report every finding in full in place of counting those that stop nothing. */
export const SHOW = "X0TTA6BL4_POLICY_SHOW";

/** How findings are reported. */
export interface ReporterOptions {
    /** File for the findings as data, see {@link FINDINGS_FILE}. Default: none is written. */
    readonly file?: string;
    /** Whether findings that stop nothing are only counted, for {@link Reporter.summary}. Default: no. */
    readonly folds?: boolean;
    /** Level that the configuration gives a rule. Default: not known, so violations are reported in full. */
    readonly level?: ConfiguredLevel;
}

/** The options that the environment of the pack's process asks for. */
export function reporterOptions(env: NodeJS.ProcessEnv, level: ConfiguredLevel): ReporterOptions {
    const { [FINDINGS_FILE]: file = "", [SHOW]: show } = env;
    return { file: file === "" ? undefined : file, folds: show !== "all", level };
}

/** Takes what the rules find to the engine, which shows it, and to the file, from which programs read it. */
export class Reporter {
    private advisory = new Map<string, number>();
    private exceptions = 0;
    private records = 0;

    /**
     * @param options How to report.
     * @param heads The policies of the pack. Default: none, so that their own levels are not known.
     */
    constructor(
        private readonly options: ReporterOptions = {},
        private readonly heads: readonly Pick<PolicyHead, "id" | "level">[] = [],
    ) {}

    /**
     * Reports what a rule found: violations at the policy's level, all else as advice.
     * @param urn The resource that holds the object.
     * @param shownAt Resource that the engine shows it with; default: the one that is being judged.
     */
    report(outcome: RuleOutcome, report: ReportViolation, urn?: string, shownAt?: string): void {
        const { type, rule, display: object, container, path, paths = [path], message, grant } = outcome;
        const advisory = type !== "violation" || outcome.advisory;
        const reported = !this.folds(rule, advisory);
        const exception = grant && { reason: grant.reason, origin: grant.origin, expires: grant.expires };
        this.write({ record: "finding", type, rule, object, container, paths, message, urn, reported, exception });
        if (!reported) {
            this.count(outcome);
        } else if (advisory) {
            advise(report, message, shownAt);
        } else {
            report(message, shownAt);
        }
    }

    /** Reports what the pack has to say about its own work or configuration; never folded. */
    say(rule: string, message: string, report: ReportViolation, urn?: string): void {
        this.write({ record: "finding", type: "pack", rule, paths: [], message, urn, reported: true });
        report(message, urn);
    }

    /**
     * What was only counted, for people, and starts the count again. It comes after all other policies: it also ends the
     * run in the file.
     * @param stack Name of the stack, where it is known.
     * @param own Whether the program is this project's, which has commands that list the findings.
     * @returns One line for each rule with advisory findings and one for the exceptions; empty when nothing was counted.
     */
    summary(stack: string, own: boolean): string[] {
        const byCount = [...this.advisory].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
        const list = (command: string) => (own ? `${command} --stack ${stack}` : `set ${SHOW}=all`);
        const lines = [
            ...byCount.map(([rule, count]) => `${rule}: ${counted(count, "advisory finding")}`),
            ...(byCount.length === 0 ? [] : [`To list them: ${list("npx x0 diff")}`]),
            ...(this.exceptions === 0
                ? []
                : [`${counted(this.exceptions, "exception")} used. To list them: ${list("npx x0 policy exceptions")}`]),
        ];
        this.write({ record: "end", findings: this.records });
        this.advisory = new Map();
        [this.exceptions, this.records] = [0, 0];
        return lines;
    }

    private folds(rule: string, advisory: boolean): boolean {
        return this.options.folds === true && (advisory || this.isAdvisory(rule));
    }

    private isAdvisory(rule: string): boolean {
        const { level } = this.options;
        if (level === undefined) {
            return false;
        }
        return (level(rule) ?? this.heads.find(({ id }) => id === rule)?.level) === "advisory";
    }

    private count({ type, rule }: RuleOutcome): void {
        if (type === "exception") {
            this.exceptions += 1;
        } else {
            this.advisory.set(rule, (this.advisory.get(rule) ?? 0) + 1);
        }
    }

    /** Appends a line as a whole. A file that cannot be written fails the run: what is not in it would pass as clean. */
    private write(record: PackRecord): void {
        if (record.record === "finding") {
            this.records += 1;
        }
        if (this.options.file !== undefined) {
            appendFileSync(this.options.file, `${JSON.stringify(record)}\n`, { mode: 0o600 });
        }
    }
}

function counted(count: number, what: string): string {
    return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/**
 * Reports a finding that never stops an update, whatever the policy's own level. The SDK takes such an object at run time;
 * its declaration knows only the string form, which always has the policy's level.
 */
export function advise(reportViolation: ReportViolation, message: string, urn?: string): void {
    Reflect.apply(reportViolation, undefined, [{ message, enforcementLevel: "advisory", urn }]);
}
