import type { ReportViolation } from "@pulumi/policy";
import { appendFileSync } from "node:fs";
import type { RuleOutcome } from "../engine/outcome";
import type { PolicyHead } from "../evaluation/rule";
import type { ConfiguredLevel } from "./levels";
import { FINDINGS_FILE, type PackRecord } from "./record";

/**
 * Environment variable. With the value `all`, the pack reports every finding in full instead of only counting advisory
 * ones.
 */
export const SHOW = "X0TTA6BL4_POLICY_SHOW";

/** How findings are reported. */
export interface ReporterOptions {
    /** File for the findings as data, see {@link FINDINGS_FILE}. Default: none is written. */
    readonly file?: string;
    /** Whether advisory findings are only counted, for {@link Reporter.summary}. Default: no. */
    readonly folds?: boolean;
    /** Configured level of a rule. Default: not known, so violations are reported in full. */
    readonly level?: ConfiguredLevel;
}

/** The options from the environment variables of the pack's process. */
export function reporterOptions(env: NodeJS.ProcessEnv, level: ConfiguredLevel): ReporterOptions {
    const { [FINDINGS_FILE]: file = "", [SHOW]: show } = env;
    return { file: file === "" ? undefined : file, folds: show !== "all", level };
}

/** Reports findings to the engine, which shows them, and to the file, which programs read. */
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
     * Reports the findings of a rule: violations at the policy's level, everything else as advisory.
     * @param urn The resource that holds the object.
     * @param shownAt Resource that the engine shows it with. Default: the one being evaluated.
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

    /** Reports a problem of the pack itself or its configuration; never folded. */
    say(rule: string, message: string, report: ReportViolation, urn?: string): void {
        this.write({ record: "finding", type: "pack", rule, paths: [], message, urn, reported: true });
        report(message, urn);
    }

    /**
     * Summarizes the findings that were only counted, and resets the counts. Called after all other policies: it also
     * writes the end record to the file.
     * @param stack Name of the stack, where it is known.
     * @param own Whether the program is this project's, which has commands that list the findings.
     * @returns One line for each rule with advisory findings and one for the exceptions; empty when nothing was
     * counted.
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

    /**
     * Appends a line atomically. A file that cannot be written fails the run, since missing findings would look like a
     * clean run.
     */
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
 * Reports a finding that never stops an update, whatever the policy's level. The SDK accepts such an object at run
 * time; its type declares only the string form, which always has the policy's level.
 */
export function advise(reportViolation: ReportViolation, message: string, urn?: string): void {
    Reflect.apply(reportViolation, undefined, [{ message, enforcementLevel: "advisory", urn }]);
}
