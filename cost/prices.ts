import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CannotRun } from "../errors";
import type { CostTerms } from "../policy/cost/estimate";
import { parsePrices, type Prices, PricesError } from "../policy/cost/prices";
import { PRICES_FILE } from "../policy/cost/settings";
import { amountsOf } from "../policy/cost/amounts";
import type { CostSettings } from "../settings/schema";
import { setCommand } from "../settings/shared/faults";

/** The prices of a checkout. @throws CannotRun that names every fault of the file. */
export function readPrices(checkout: string): Prices {
    const file = join(checkout, PRICES_FILE);
    if (!existsSync(file)) {
        throw new CannotRun(`${PRICES_FILE} is missing`, `git checkout origin/main -- ${PRICES_FILE}`);
    }
    try {
        return parsePrices(readFileSync(file, "utf8"));
    } catch (error) {
        if (error instanceof PricesError) {
            throw new CannotRun(`${PRICES_FILE}: ${error.message}`, `correct ${PRICES_FILE}; docs/cost.md explains it`);
        }
        throw error;
    }
}

/** What an estimate is made under. @throws CannotRun when the file has no such node type, with those that it has. */
export function termsOf(stack: string, { node }: CostSettings, prices: Prices): CostTerms {
    const priced = prices.nodes.get(node.type);
    if (priced === undefined) {
        const known = [...prices.nodes.keys()];
        throw new CannotRun(
            `cost.node.type: ${node.type} is not in ${PRICES_FILE}, which has ${known.join(", ")}`,
            setCommand(stack, "cost.node.type", known[0] ?? "NAME"),
        );
    }
    return { node: priced, zones: node.zones, others: amountsOf(node.otherPods), prices };
}
