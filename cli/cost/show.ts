import { setCommand } from "../../settings/shared/faults";
import { CannotRun } from "../../errors";
import { isAbove } from "../../policy/cost/estimate";
import { type Costs, costSettings, stackCosts } from "../../pipeline/costs";
import { costMarkdown } from "../../pipeline/costSection";
import { localPaths } from "../../process/paths";
import { StackFile } from "../../engine/stackFile";
import type { CostSettings } from "../../settings/schema";
import { EXIT } from "../../terminal/commandLine";
import { createProgress } from "../../terminal/progress";
import { type Context, printJson } from "../command";
import { costText } from "./text";

/** Options of `x0 cost`. */
export interface CostOptions {
    readonly stack: string;
    readonly base?: string;
    readonly markdown?: boolean;
    readonly json?: boolean;
}

/** Shows what a stack costs. @returns the exit code: wrong above the budget, or for a pod that fits on no node. */
export async function showCost({ stack, base, markdown = false, json = false }: CostOptions, context: Context) {
    if (markdown && json) {
        throw new CannotRun("--markdown and --json exclude each other", "npx x0 cost --help");
    }
    // Standard output is for the result alone.
    const costs = await stackCosts(stack, base, createProgress(process.stderr));
    const { budget } = costSettings(StackFile.open(localPaths().checkout, stack).config);
    const faults = budgetFaults(costs, budget);
    if (json) {
        printJson({ ...costs.after, budget, faults, before: costs.before, change: costs.change });
    } else if (markdown) {
        console.log(costMarkdown(costs, faults));
    } else {
        console.log(costText(costs, faults, context.terminal));
    }
    return faults.length > 0 ? EXIT.wrong : EXIT.done;
}

/** Why the stack would not be updated, as sentences with the command that helps. */
export function budgetFaults(
    { after: { stack, scenarios, currency, tooLarge, node } }: Pick<Costs, "after">,
    { monthly: most, at }: CostSettings["budget"],
): string[] {
    const { monthly } = scenarios[at];
    const above =
        most !== undefined && isAbove(monthly, most)
            ? [
                  `At the ${at} of its autoscalers the stack costs ${monthly.toFixed(2)} ${currency} a month, above the budget of ${most} ${currency}. ` +
                      `Lower replicas or requests, or raise the budget: ${setCommand(stack, "cost.budget.monthly", String(Math.ceil(monthly)))}`,
              ]
            : [];
    const large = tooLarge.map(
        (object) =>
            `${object}: its pods fit on no ${node.type}, so they are not in the estimate. ` +
            `Lower its requests, or choose a larger node: ${setCommand(stack, "cost.node.type", "NAME")}`,
    );
    return [...above, ...large];
}
