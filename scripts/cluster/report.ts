import { kubectl } from "../../cluster/kubectl";
import type { Target } from "./target";

/** How a check ended: `warn` does not stop an update but will be felt; `skip` could not be looked at. */
export type Status = "ok" | "warn" | "fail" | "skip";

/** What one check found. */
export interface Finding {
    /** How it ended. */
    readonly status: Status;
    /** What was looked at, e.g. `Kubernetes version`. */
    readonly name: string;
    /** What was seen, in one sentence. */
    readonly detail: string;
    /** Command or step that mends it; never wrapped. */
    readonly fix?: string;
}

/** Findings under one heading. */
export interface Group {
    readonly title: string;
    readonly findings: readonly Finding[];
}

/** All that a run of the command found. */
export interface Report {
    /** What was asked for, e.g. `kind`. */
    readonly command: string;
    /** Stack. */
    readonly stack: string;
    /** The cluster, when there is one. */
    readonly target?: Target;
    /** Whether the run made a cluster or wrote settings. */
    readonly changed: boolean;
    readonly groups: readonly Group[];
}

/** How a report is written. */
export interface TextOptions {
    /** Columns of the terminal; sentences are wrapped there, commands never. */
    readonly columns: number;
    /** Whether to use colours. */
    readonly colour: boolean;
}

/** Sign and ANSI colour (SGR) of each status: green, yellow, red, grey. */
const SIGNS = {
    ok: ["✔", 32],
    warn: ["!", 33],
    fail: ["✘", 31],
    skip: ["-", 90],
} as const satisfies Record<Status, readonly [string, number]>;

/** Columns that text is never wrapped below. */
const LEAST_COLUMNS = 40;

/** How many checks ended in each way. */
export function counts({ groups }: Pick<Report, "groups">): Record<Status, number> {
    const count = (status: Status) =>
        groups.flatMap(({ findings }) => findings).filter((finding) => finding.status === status).length;
    return { ok: count("ok"), warn: count("warn"), fail: count("fail"), skip: count("skip") };
}

/** A failed check from what an update would say: the first line tells why, the others what to do. */
export function fromRefusal(name: string, refusal: string): Finding {
    const [detail = "", ...fix] = refusal.split("\n").map((line) => line.trim());
    return { status: "fail", name, detail, fix: fix.length === 0 ? undefined : fix.join("\n") };
}

/** Exit code of a run: 0 when no check failed, else 1. */
export function exitCode(report: Report): number {
    return counts(report).fail === 0 ? 0 : 1;
}

/** The report for people: a line a check, and the fix under each that needs one. */
export function reportText(report: Report, options: TextOptions): string {
    const groups = report.groups.filter(({ findings }) => findings.length > 0);
    const blocks = groups.map(({ title, findings }) =>
        [title, ...findings.flatMap((finding) => findingLines(finding, options))].join("\n"),
    );
    return [...blocks, lastLines(report, options)].join("\n\n");
}

/** The report for programs. */
export function reportJson(report: Report): string {
    const { command, stack, target, changed, groups } = report;
    return JSON.stringify(
        {
            command,
            stack,
            cluster: target ?? null,
            changed,
            groups: groups.map(({ title, findings }) => ({ title, checks: findings })),
            counts: counts(report),
        },
        undefined,
        2,
    );
}

function lastLines(report: Report, options: TextOptions): string {
    const { ok, warn, fail, skip } = counts(report);
    const changed = report.changed ? "" : " Nothing was changed.";
    const total = wrap(
        `${ok} ok, ${warn} to look at, ${fail} failed, ${skip} not looked at.${changed}`,
        options.columns,
    );
    const { target } = report;
    return [...total, ...(target === undefined ? [] : [`The cluster:  ${kubectl(target)} get nodes`])].join("\n");
}

function findingLines({ status, name, detail, fix }: Finding, { columns, colour }: TextOptions): string[] {
    const [sign, tint] = SIGNS[status];
    const [first = "", ...rest] = wrap(`${name}: ${detail}`, columns - 4);
    const head = [
        `  ${colour ? `\u001b[${tint}m${sign}\u001b[39m` : sign} ${first}`,
        ...rest.map((line) => `      ${line}`),
    ];
    return fix === undefined ? head : [...head, ...fix.split("\n").map((line) => `      ${line}`)];
}

/** Breaks a text at spaces; a word longer than a line stays whole. Continued lines leave room for an indent of 2. */
function wrap(text: string, columns: number): string[] {
    const width = Math.max(columns, LEAST_COLUMNS) - 2;
    return text.split(" ").reduce<string[]>((lines, word) => {
        const last = lines.at(-1);
        return last !== undefined && last.length + 1 + word.length <= width
            ? [...lines.slice(0, -1), `${last} ${word}`]
            : [...lines, word];
    }, []);
}
