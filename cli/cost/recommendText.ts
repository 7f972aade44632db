import type { BoundName, StackCost } from "../../cost/cost";
import { amount } from "../../cost/format";
import type { Recommendation } from "../../cost/recommend";
import type { Saving } from "../../cost/saving";
import { setCommand } from "../../settings/shared/faults";
import { type Cell, paint, table, type Terminal, wrap } from "../../terminal/text";

/** Text of `npx x0 cost recommend`: what changes and why, what nothing can be said about, the commands, the difference. */
export function recommendationText(
    stack: string,
    found: readonly Recommendation[],
    saving: Saving,
    windowSeconds: number,
    screen: Pick<Terminal, "columns" | "colour">,
): string {
    const title = (text: string) => paint(text, "bold", screen);
    const days = Number((windowSeconds / 86_400).toFixed(1));
    const rows = found.flatMap(({ container, lines, missing }): Cell[][] => {
        if (missing !== undefined) {
            return [[container.setting, ["no recommendation", "warn"], missing]];
        }
        return lines.length === 0
            ? [[container.setting, ["as it is", "dim"], ""]]
            : lines.map(({ key, before, after }): Cell[] => [key, before, `-> ${after}`]);
    });
    const notes = found.flatMap(({ container, notes: all }) => all.map((note) => `${container.setting}: ${note}`));
    const lines = found.flatMap((one) => one.lines);
    return [
        title(`Usage of the last ${days} days`),
        ...table(rows, screen),
        ...(notes.length === 0 ? [] : ["", ...notes.flatMap((note) => wrap(note, screen.columns))]),
        "",
        ...(lines.length === 0
            ? ["Nothing to set."]
            : [title("To set it:"), ...lines.map(({ key, after }) => setCommand(stack, key, after))]),
        "",
        ...savingLines(saving),
        "Nothing was changed.",
    ].join("\n");
}

function savingLines({ before, after }: Saving): string[] {
    const names: readonly BoundName[] = ["minimum", "maximum"];
    const requested = (cost: StackCost, name: BoundName) =>
        cost.objects.reduce((sum, { monthly }) => sum + monthly[name], 0);
    return names.map((name) => {
        const [old, wanted] = [before.scenarios[name], after.scenarios[name]];
        const total = amount.change(wanted.monthly - old.monthly, after.currency);
        const part = amount.change(requested(after, name) - requested(before, name), after.currency);
        return `At the autoscaling ${name}: ${old.nodes} to ${wanted.nodes} nodes, ${total} a month; of it requests and volumes ${part}.`;
    });
}
