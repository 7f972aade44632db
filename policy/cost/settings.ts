import { isObject } from "../engine/field";
import { OptionError, type RuleConfig } from "../engine/options";
import type { StackConfiguration } from "../evaluation/stackRule";
import { parseQuantity } from "../kubernetes/quantity";
import { amountsOf, type Amounts } from "./amounts";
import type { CostTerms } from "./estimate";
import { RESERVATIONS, type Reservation } from "./node";
import { parsePrices, type PricedNode, type Prices, PricesError } from "./prices";

/** The section of this project's settings that the budget is in. */
export const SETTINGS_KEY = "x0tta6bl4:cost";

/** The price file, from the project's folder. */
export const PRICES_FILE = "cost/prices.yaml";

/** Variable with what the stack cost before a change, for a month, as a plain number: a preview against a commit sets it. */
export const BEFORE = "X0TTA6BL4_COST_BEFORE";

/** Values of the rule's options that an estimate is made under. */
export interface TermOptions {
    readonly currency: string;
    readonly node: Readonly<Record<string, string>>;
    readonly zones: number;
    readonly otherPods: Readonly<Record<string, string>>;
    readonly storage: Readonly<Record<string, string>>;
    readonly split: Readonly<Record<string, string>>;
}

/** Whether an entry of the option `node` can be used. */
export function isNode(text: string, key: string): boolean {
    switch (key) {
        case "cpu":
        case "memory":
        case "reservedCpu":
        case "reservedMemory":
            return parseQuantity(text) !== undefined;
        case "reserved":
            return RESERVATIONS.some((name) => name === text);
        case "hourly":
        case "maxPods":
            return isPrice(text);
        default:
            return false;
    }
}

/** Whether an entry is CPU or memory. */
export function isAmounts(text: string, key: string): boolean {
    return ["cpu", "memory"].includes(key) && parseQuantity(text) !== undefined;
}

/** Whether an entry is a price. */
export function isPrice(text: string): boolean {
    return /^\d{1,9}(\.\d{1,9})?$/.test(text);
}

/** What an estimate by the rule's options is made under. */
export function costTerms({ currency, node, zones, otherPods, storage, split }: TermOptions): CostTerms {
    const known = RESERVATIONS.find((name) => name === node.reserved);
    const reserved: Reservation | Amounts =
        known ?? amountsOf({ cpu: node.reservedCpu ?? "0", memory: node.reservedMemory ?? "0" });
    const priced: PricedNode = {
        name: "node",
        capacity: amountsOf(node),
        maxPods: Number(node.maxPods ?? MAX_PODS),
        reserved,
        hourly: Number(node.hourly ?? 0),
        source: "",
    };
    const prices: Prices = {
        currency,
        date: "",
        maximumAgeDays: 0,
        nodes: new Map([[priced.name, priced]]),
        storage: new Map(Object.entries(storage).map(([name, price]) => [name, Number(price)])),
        split: { cpu: Number(split.cpu ?? SPLIT.cpu), memory: Number(split.memory ?? SPLIT.memory) },
    };
    return { node: priced, zones: Math.max(Math.round(zones), 1), others: amountsOf(otherPods), prices };
}

/** Most pods of a node where nothing is said: the kubelet's own default. */
const MAX_PODS = 110;

/** OpenCost's default prices of a core and of a GiB of memory for an hour (USD). */
const SPLIT = { cpu: 0.031611, memory: 0.004237 } as const;

/**
 * The rule's options from the settings of this project, and its price file. The program has checked the settings themselves;
 * defaults of settings/cost/schema.ts are repeated by its test only.
 * @throws {OptionError} when the price file is missing or cannot be used, or does not have the node type.
 */
export function fromSettings({ setting, file, variable }: StackConfiguration): RuleConfig {
    const section = objectOf(setting(SETTINGS_KEY));
    const [budget, node] = [objectOf(section.budget), objectOf(section.node)];
    const { monthly, increasePercent, at } = budget;
    if (monthly === undefined && increasePercent === undefined) {
        return {};
    }
    const prices = pricesIn(file(PRICES_FILE));
    const name = typeof node.type === "string" ? node.type : DEFAULTS.type;
    const priced = prices.nodes.get(name);
    if (priced === undefined) {
        throw new OptionError(
            `the setting cost.node.type must be one of ${[...prices.nodes.keys()].join(", ")}, the node types of ${PRICES_FILE}.`,
        );
    }
    const before = Number(variable(BEFORE) ?? "");
    return {
        ...(monthly === undefined ? {} : { monthly }),
        ...(increasePercent === undefined ? {} : { increasePercent }),
        ...(at === undefined ? {} : { at }),
        ...(before > 0 ? { before } : {}),
        ...termOptions(priced, prices),
        zones: node.zones ?? DEFAULTS.zones,
        otherPods: texts(objectOf(node.otherPods)),
    };
}

/** Defaults of the settings that the pack has no schema for; the test compares them with settings/cost/schema.ts. */
export const DEFAULTS = { type: "m6i.large", zones: 3 } as const;

function termOptions(priced: PricedNode, prices: Prices): Pick<TermOptions, "currency" | "node" | "storage" | "split"> {
    const { capacity, maxPods, reserved, hourly } = priced;
    const kept =
        typeof reserved === "string"
            ? { reserved }
            : { reservedCpu: `${reserved.cpu}m`, reservedMemory: `${reserved.memory}` };
    return {
        currency: prices.currency,
        node: texts({
            ...{ cpu: `${capacity.cpu}m`, memory: capacity.memory, maxPods, hourly: plain(hourly) },
            ...kept,
        }),
        storage: Object.fromEntries([...prices.storage].map(([name, price]) => [name, plain(price)])),
        split: { cpu: plain(prices.split.cpu), memory: plain(prices.split.memory) },
    };
}

function pricesIn(text: string | undefined): Prices {
    if (text === undefined) {
        throw new OptionError(`the settings have a budget, but ${PRICES_FILE} is not in the project's folder.`);
    }
    try {
        return parsePrices(text);
    } catch (error) {
        if (error instanceof PricesError) {
            throw new OptionError(`${PRICES_FILE}: ${error.message}.`);
        }
        throw error;
    }
}

/** A price without an exponent, so that it can be read again. */
function plain(price: number): string {
    return price.toFixed(9).replace(/\.?0+$/, "");
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
    return isObject(value) ? value : {};
}

function texts(entries: Readonly<Record<string, unknown>>): Record<string, string> {
    return Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, String(value)]));
}
