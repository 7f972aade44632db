import { Field, FieldError } from "../engine/field";
import { parseQuantity } from "../kubernetes/quantity";
import { InputError } from "../manifests/inputs";
import { readYaml } from "../manifests/yaml";
import { milliOf, wholeOf, type Amounts } from "./amounts";
import { RESERVATIONS, type NodeType, type Reservation } from "./node";

/** A node type with its price. */
export interface PricedNode extends NodeType {
    /** Price of an hour. */
    readonly hourly: number;
    /** Where the price is from. */
    readonly source: string;
}

/** What a team pays, from a file that it edits. */
export interface Prices {
    /** ISO 4217 code, e.g. `USD`. */
    readonly currency: string;
    /** Day on which the prices held, as `YYYY-MM-DD`. */
    readonly date: string;
    /** Days after which the prices are called old. */
    readonly maximumAgeDays: number;
    /** Node types by name. */
    readonly nodes: ReadonlyMap<string, PricedNode>;
    /** Price of a GiB for a month by storage class; `default` for every other class. */
    readonly storage: ReadonlyMap<string, number>;
    /** Prices of a core and of a GiB of memory, whose ratio splits the price of a node between the two. */
    readonly split: { readonly cpu: number; readonly memory: number };
}

/** A price file that cannot be used. The message lists every fault. */
export class PricesError extends Error {}

/** Storage class whose price holds for every class without one of its own. */
export const OTHER_CLASSES = "default";

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Reads a price file.
 * @throws {PricesError} naming all that is wrong with it.
 */
export function parsePrices(text: string): Prices {
    const root = new Field(yamlOf(text));
    const faults: string[] = [];
    const read = <T>(reader: () => T, otherwise: T): T => {
        try {
            return reader();
        } catch (error) {
            if (!(error instanceof FieldError)) {
                throw error;
            }
            faults.push(error.message);
            return otherwise;
        }
    };
    const must = (field: Field, is: boolean, allowed: string): void => {
        if (!is) {
            faults.push(`${field.path} must be ${allowed}`);
        }
    };
    const word = (field: Field, form: RegExp, allowed: string): string => {
        const value = read(() => field.text(), undefined);
        must(field, value !== undefined && form.test(value), allowed);
        return value ?? "";
    };
    const price = (field: Field): number => {
        const value = read(() => field.number(), undefined);
        must(field, value !== undefined && value >= 0, "a number of at least 0");
        return value ?? 0;
    };
    const quantity = (field: Field, allowed: string) => {
        const value = read(() => parseQuantity(field.text() ?? ""), undefined);
        must(field, value !== undefined && value.digits > 0n, allowed);
        return value ?? { digits: 0n, exponent: 0 };
    };
    const amounts = (field: Field): Amounts => ({
        cpu: milliOf(quantity(field.at("cpu"), "a quantity of CPU, e.g. 2 or 500m")),
        memory: wholeOf(quantity(field.at("memory"), "a quantity of memory, e.g. 8Gi")),
    });
    const reserved = (field: Field): Reservation | Amounts => {
        const known = RESERVATIONS.find((name) => name === field.label());
        return known ?? amounts(field);
    };
    const nodes = read(() => root.at("nodes").entries(), []).map(([name, node]): [string, PricedNode] => [
        name,
        {
            name,
            capacity: amounts(node),
            maxPods: price(node.at("maxPods")),
            reserved: reserved(node.at("reserved")),
            hourly: price(node.at("hourly")),
            source: word(node.at("source"), /./, "where the price is from"),
        },
    ]);
    const storage = read(() => root.at("storage").entries(), []);
    must(root.at("nodes"), nodes.length > 0, "a map from the name of a node type to what it has and costs");
    must(
        root.at("storage", OTHER_CLASSES),
        storage.some(([name]) => name === OTHER_CLASSES),
        "a price for a GiB and month",
    );
    const prices: Prices = {
        currency: word(root.at("currency"), /^[A-Z]{3}$/, "an ISO 4217 code, e.g. USD"),
        date: word(root.at("date"), DAY, "a day like 2026-11-28"),
        maximumAgeDays: price(root.at("maximumAgeDays")),
        nodes: new Map(nodes),
        storage: new Map(storage.map(([name, field]) => [name, price(field)])),
        split: { cpu: price(root.at("split", "cpu")), memory: price(root.at("split", "memory")) },
    };
    must(root.at("split"), prices.split.cpu + prices.split.memory > 0, "prices of which one is above 0");
    if (faults.length > 0) {
        throw new PricesError([...new Set(faults)].join("; "));
    }
    return prices;
}

function yamlOf(text: string): unknown {
    try {
        return readYaml(text, 1).value;
    } catch (error) {
        if (error instanceof InputError) {
            throw new PricesError(error.message);
        }
        throw error;
    }
}

/**
 * How many days old the prices are on a day, both as `YYYY-MM-DD` in UTC; `undefined` while they are not older than the file
 * itself allows.
 */
export function daysTooOld({ date, maximumAgeDays }: Prices, today: string): number | undefined {
    const days = Math.round((Date.parse(today) - Date.parse(date)) / 86_400_000);
    return days > maximumAgeDays ? days : undefined;
}
