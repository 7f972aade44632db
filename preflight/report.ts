import { kubectl } from "../kube/kubectl";
import { onStack } from "./bound";
import type { Target } from "../engine/target";
import { visibleLines } from "../terminal/foreign";
import { paint, type Terminal, type Tone, wrap } from "../terminal/text";
import { counted } from "../terminal/counted";

/** Result of a check: `warn` does not stop an update but has consequences; `skip` could not be checked. */
export type Status = "ok" | "warn" | "fail" | "skip";

/** Result of one check. */
export interface CheckFinding {
    /** Status. */
    readonly status: Status;
    /** What was checked, e.g. `Kubernetes version`. */
    readonly name: string;
    /** Observation, in one sentence. */
    readonly detail: string;
    /** Command or step that fixes it; never wrapped. The report adds the cluster to kubectl commands that name none. */
    readonly fix?: string;
}

/** Findings under one heading. */
export interface FindingGroup {
    readonly title: string;
    readonly findings: readonly CheckFinding[];
}

/** Everything that a run of the command found. */
export interface Report {
    /** What was asked for, e.g. `kind`. */
    readonly command: string;
    /** Stack. */
    readonly stack: string;
    /** The cluster, when there is one. */
    readonly target?: Target;
    /** Whether the run created a cluster or wrote settings. */
    readonly changed: boolean;
    readonly groups: readonly FindingGroup[];
}

/** Where a report goes: sentences are wrapped at its columns, commands never. */
type Place = Pick<Terminal, "columns" | "colour">;

/** Sign and colour of each status. */
const SIGNS = {
    ok: ["✔", "good"],
    warn: ["!", "warn"],
    fail: ["✘", "bad"],
    skip: ["-", "dim"],
} as const satisfies Record<Status, readonly [string, Tone]>;

/** A call of kubectl that names no cluster; one in words, "kubectl is missing", is none. */
const UNBOUND = /(?<=^|\n|[|:(] +)kubectl (?!--context|--kubeconfig|config )/g;

/** How many checks ended in each way. */
export function counts({ groups }: Pick<Report, "groups">): Record<Status, number> {
    const count = (status: Status) =>
        groups.flatMap(({ findings }) => findings).filter((finding) => finding.status === status).length;
    return { ok: count("ok"), warn: count("warn"), fail: count("fail"), skip: count("skip") };
}

/** A failed check from the error of an update: the first line is the reason, the others are the fix. */
export function fromRefusal(name: string, refusal: string): CheckFinding {
    const [detail = "", ...fix] = refusal.split("\n").map((line) => line.trim());
    return { status: "fail", name, detail, fix: fix.length === 0 ? undefined : fix.join("\n") };
}

/** Exit code of a run: 0 when no check failed, else 1. */
export function exitCode(report: Report): number {
    return counts(report).fail === 0 ? 0 : 1;
}

/** The groups, with each kubectl command bound to the cluster, so that a pasted command cannot reach another one. */
function boundGroups({ groups, target, stack }: Report): readonly FindingGroup[] {
    const onCluster = (fix: string) =>
        target === undefined ? fix : fix.replaceAll(UNBOUND, () => `${kubectl(target)} `);
    const bound = (fix: string | undefined) => (fix === undefined ? undefined : onCluster(onStack(fix, stack)));
    return groups.map(({ title, findings }) => ({
        title,
        findings: findings.map((finding) => ({ ...finding, fix: bound(finding.fix) })),
    }));
}

/** The report as text: one line per check, and the fix below each check that needs one. */
export function reportText(report: Report, place: Place): string {
    const groups = boundGroups(report).filter(({ findings }) => findings.length > 0);
    const blocks = groups.map(({ title, findings }) =>
        [title, ...findings.flatMap((finding) => findingLines(finding, place))].join("\n"),
    );
    return [...blocks, lastLines(report, place)].join("\n\n");
}

/** The report as JSON. */
export function reportJson(report: Report): string {
    const { command, stack, target, changed } = report;
    return JSON.stringify(
        {
            command,
            stack,
            cluster: target ?? null,
            changed,
            groups: boundGroups(report).map(({ title, findings }) => ({ title, checks: findings })),
            counts: counts(report),
        },
        undefined,
        2,
    );
}

function lastLines(report: Report, place: Place): string {
    const { ok, warn, fail, skip } = counts(report);
    const changed = report.changed ? "" : " Nothing was changed.";
    const total = wrap(
        `${ok} ok, ${counted(warn, "warning")}, ${fail} failed, ${skip} skipped.${changed}`,
        place.columns,
    );
    const { target } = report;
    return [...total, ...(target === undefined ? [] : [`The cluster:  ${kubectl(target)} get nodes`])].join("\n");
}

function findingLines({ status, name, detail, fix }: CheckFinding, place: Place): string[] {
    const [first = "", ...rest] = wrap(`${name}: ${detail}`, place.columns - 4);
    const [sign, tone] = SIGNS[status];
    const head = [`  ${paint(sign, tone, place)} ${first}`, ...rest.map((line) => `      ${line}`)];
    return fix === undefined ? head : [...head, ...visibleLines(fix).map((line) => `      ${line}`)];
}
