import { visible } from "../../terminal/foreign";
import { ago, type Cell, fit, paint, table, type Terminal, type Tone } from "../../terminal/text";
import { describeLock } from "../../engine/lock";
import type { Pod, WorkloadStatus } from "./objects";
import type { Alerts, Part, StackSummary, Survey } from "./survey";

/** Maximum lines of a kind, so that the output fits on one screen. */
const MOST = 6;

/** The screen of `npx x0 status`. */
export function statusText(survey: Survey, terminal: Pick<Terminal, "columns" | "colour">, now: Date): string {
    const { stack, parts, alerts, warnings, notes } = survey;
    const heading = (text: string) => paint(text, "bold", terminal);
    const since = (at: Date) => ago(now.getTime() - at.getTime());
    const sections = [
        [heading(`Stack ${stack.name}`), ...table(stackRows(stack, now), terminal)],
        ...parts.map((part) => [heading(partTitle(part)), ...table(partRows(part, since), terminal)]),
        [heading("Alerts"), ...table(alertRows(alerts, since), terminal)],
        [
            heading("Warnings of the last hour"),
            ...table(
                warnings.length === 0
                    ? [[["none", "dim"]]]
                    : first(warnings, ({ object, reason, message, count, at }) => [
                          [since(at), "dim"],
                          [reason, "warn"],
                          count > 1 ? `${object} (${count} times)` : object,
                          message,
                      ]),
                terminal,
            ),
        ],
        ...(notes.length === 0
            ? []
            : [[heading("Notes"), ...notes.map((note) => `  ${paint(fit(visible(note), 400), "warn", terminal)}`)]]),
    ];
    return sections.map((lines) => lines.join("\n")).join("\n");
}

/** The first items of a list as rows, and a row with the number of further items. */
function first<T>(all: readonly T[], row: (item: T) => readonly Cell[]): (readonly Cell[])[] {
    const rest = all.length - MOST;
    return [...all.slice(0, MOST).map(row), ...(rest > 0 ? [[[`and ${rest} more`, "dim"] as const]] : [])];
}

function stackRows(stack: StackSummary, now: Date): (readonly Cell[])[] {
    const { last, pending, locks, target, embedded } = stack;
    return [
        ["cluster", `${target.context}${embedded ? " (embedded, simulated nodes)" : ""}`],
        // Where they are and answer as the settings say, nothing is said.
        ...(embedded ? [["ports", "not checked: no container runs on simulated nodes"] as const] : []),
        ["last update", ...lastUpdate(last, now)],
        ["resources", String(stack.resources)],
        ["pending", pending.length === 0 ? "none" : [`${pending.length}: npx x0 recover`, "bad"]],
        ...first(pending, (operation) => ["", [operation, "warn"]]),
        ["lock", ...lockCell(locks)],
    ];
}

function lastUpdate(last: StackSummary["last"], now: Date): Cell[] {
    if (last === undefined) {
        return [["none has completed yet", "warn"]];
    }
    const { kind, result, startedAt, endedAt, changes } = last;
    const changed = Object.entries(changes)
        .filter(([op, count]) => op !== "same" && count > 0)
        .map(([op, count]) => `${count} ${op}`)
        .join(", ");
    const tone: Tone = result === "succeeded" ? "good" : "bad";
    const when = ago(now.getTime() - (endedAt ?? startedAt).getTime());
    return [[`${result}, ${kind}, ${when} ago${changed === "" ? "" : `: ${changed}`}`, tone]];
}

function lockCell(locks: StackSummary["locks"]): Cell[] {
    if (locks === undefined) {
        return [["this backend does not show it", "dim"]];
    }
    const [lock] = locks;
    if (lock === undefined) {
        return ["free"];
    }
    return lock.holder === "gone"
        ? [[`left by an exited process: npx x0 recover (${describeLock(lock)})`, "bad"]]
        : [[describeLock(lock), "warn"]];
}

function partTitle({ name, namespaces }: Part): string {
    return `${name} (${namespaces.join(", ")})`;
}

function partRows({ name, workloads, pods }: Part, since: (at: Date) => string): (readonly Cell[])[] {
    const shown = name === "Mesh" ? pods : pods.filter((pod) => !pod.ready || pod.restarts > 0);
    const sorted = [...shown].sort((a, b) => Number(a.ready) - Number(b.ready) || b.restarts - a.restarts);
    const rows = [...workloads.map(workloadRow), ...first(sorted, (pod) => podRow(pod, since))];
    return rows.length === 0 ? [[["none of its own", "dim"]]] : rows;
}

function workloadRow({ kind, name, ready, desired, delivery }: WorkloadStatus): Cell[] {
    if (desired === undefined) {
        return [kind, name, ["missing", "bad"], "in the state, not in the cluster: npx x0 diff"];
    }
    const row: Cell[] = [kind, name, [`${ready}/${desired} ready`, ready >= desired ? "good" : "bad"]];
    return delivery === undefined ? row : [...row, [delivery.text, delivery.failed ? "bad" : "warn"]];
}

function podRow({ name, ready, restarts, state, message, createdAt }: Pod, since: (at: Date) => string): Cell[] {
    const again = restarts === 0 ? "" : `, ${restarts} restart${restarts === 1 ? "" : "s"}`;
    const tone: Tone = ready ? (restarts > 0 ? "warn" : "good") : state === "Terminating" ? "dim" : "bad";
    return ["Pod", name, [`${state}${again}`, tone], message === "" ? [since(createdAt), "dim"] : message];
}

function alertRows(alerts: Alerts, since: (at: Date) => string): (readonly Cell[])[] {
    if ("unknown" in alerts) {
        return [[[alerts.unknown, "dim"]]];
    }
    return alerts.firing.length === 0
        ? [[["none fires", "good"]]]
        : first(alerts.firing, (alert) => [
              [alert.severity, alert.severity === "critical" ? "bad" : "warn"],
              alert.name,
              [since(alert.since), "dim"],
              alert.summary,
          ]);
}
