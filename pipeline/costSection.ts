import { amount } from "../cost/format";
import { objectText } from "../cost/compare";
import type { CostChange, PreviewReport } from "../engine/report";
import { visible, visibleLines } from "../terminal/foreign";
import { fenced, folded, table } from "./blocks";
import type { Costs } from "./costs";

/** Entries of the list of reasons beyond which a reader is better off with the job's report. */
const MAX_ENTRIES = 50;

/** What a change does to the cost of a stack, as a part of the comment; empty where it does nothing. */
export function costSection({ stack, cost }: Pick<PreviewReport, "stack" | "cost">): string {
    return cost === undefined ? "" : `**${stack}: ${headline(cost)}**\n\n${costTable(cost)}`;
}

/** Why the cost changes: the objects that ask for something else, then the settings that differ. Folded, empty without. */
export function costReasons({ stack, cost }: Pick<PreviewReport, "stack" | "cost">): string {
    const entries = cost === undefined ? [] : [...cost.objects, ...cost.settings];
    if (entries.length === 0) {
        return "";
    }
    const lines = entries
        .slice(0, MAX_ENTRIES)
        .flatMap(({ path, before, after }) => [`! ${visible(path)}`, ...side("-", before), ...side("+", after)]);
    const more = entries.length > MAX_ENTRIES ? [`  ... ${entries.length - MAX_ENTRIES} more`] : [];
    return folded(`${stack}: why the cost changes (${entries.length})`, fenced("diff", [...lines, ...more]));
}

/** What a stack costs as Markdown: what changed, where it is compared, then the total and what makes it. */
export function costMarkdown({ after, change }: Pick<Costs, "after" | "change">, faults: readonly string[]): string {
    const { stack, currency, scenarios, objects, notes, pricesDate, node } = after;
    const { minimum, maximum } = scenarios;
    const money = (value: number) => amount.money(value, currency);
    const row = (name: string, key: "used" | "reserved" | "idle") => [
        name,
        money(minimum[key].monthly),
        money(maximum[key].monthly),
    ];
    const rows = [
        ["nodes", `${minimum.nodes}`, `${maximum.nodes}`],
        row("requested by pods", "used"),
        row("reserved by nodes", "reserved"),
        row("idle", "idle"),
        ["volumes", money(minimum.storageMonthly), money(maximum.storageMonthly)],
        ["**total**", money(minimum.monthly), money(maximum.monthly)],
    ];
    const list = objects.map((object) => `${object.component}: ${object.object}: ${objectText(object)}`);
    const parts = [
        `### Cost of ${stack} a month`,
        ...(change === undefined ? [] : [costSection({ stack, cost: change }), costReasons({ stack, cost: change })]),
        table(["", "Autoscaling minimum", "Autoscaling maximum"], rows),
        `Nodes: \`${node.type}\`. Prices of ${pricesDate}.`,
        ...(faults.length + notes.length === 0 ? [] : [fenced("text", [...faults, ...notes])]),
        folded(`${stack}: pods and volumes`, fenced("text", list)),
    ];
    return parts.filter((part) => part !== "").join("\n\n");
}

/** The change at the maximum of the autoscalers, which is what a budget is for. */
function headline({ figures, currency }: CostChange): string {
    const { before, after } = figures.maximum;
    const change = after.monthly - before.monthly;
    if (Math.abs(change) < 0.005) {
        return "requests change, the estimated monthly cost does not";
    }
    const percent = amount.percent(before.monthly, after.monthly);
    return `estimated monthly cost ${change > 0 ? "increases" : "decreases"} by ${amount.money(Math.abs(change), currency)}${percent === "" ? "" : ` (${percent})`}`;
}

/** A row for each bound of the autoscalers; one where both are the same. */
function costTable({ figures, currency, pricesDate, node }: CostChange): string {
    const { minimum, maximum } = figures;
    const same = JSON.stringify(minimum) === JSON.stringify(maximum);
    const bounds = same
        ? [["all pods", maximum] as const]
        : [["autoscaling minimum", minimum] as const, ["autoscaling maximum", maximum] as const];
    const rows = bounds.flatMap(([name, { before, after }]) => [
        [
            `${name}: total, ${before.nodes === after.nodes ? `${after.nodes}` : `${before.nodes} → ${after.nodes}`} nodes`,
            amount.money(before.monthly, currency),
            amount.money(after.monthly, currency),
            amount.change(after.monthly - before.monthly, currency),
        ],
        [
            `${name}: of it requests and volumes`,
            amount.money(before.requested, currency),
            amount.money(after.requested, currency),
            amount.change(after.requested - before.requested, currency),
        ],
    ]);
    const types = node.before === node.after ? node.after : `${node.before}, then ${node.after}`;
    return `${table(["A month", "Before", "After", "Difference"], rows)}\n\nNodes: \`${types}\`. Prices of ${pricesDate}.`;
}

function side(sign: "-" | "+", value: string | undefined): string[] {
    return value === undefined ? [] : visibleLines(value).map((line) => `${sign}   ${line}`);
}
