import { NANO, parseQuantity } from "../../settings/shared/quantity";
import { isMap } from "../protocol/values";
import type { PropertyMap, Value } from "../protocol/values";

/** Powers of ten of the decimal suffixes, largest first. */
const DECIMAL = Object.entries({ E: 18, P: 15, T: 12, G: 9, M: 6, k: 3, "": 0, m: -3, u: -6, n: -9 });
/** Powers of two of the binary suffixes, largest first. */
const BINARY = Object.entries({ Ei: 60, Pi: 50, Ti: 40, Gi: 30, Mi: 20, Ki: 10 });

/**
 * A quantity in the API server's canonical form: `0.5` is `500m`, `1024Mi` is `1Gi`, 1 is `1`. An invalid quantity is
 * returned unchanged; the API server rejects it.
 */
export function canonicalQuantity(quantity: string): string {
    const nano = parseQuantity(quantity);
    if (nano === undefined || nano === 0n) {
        return nano === undefined ? quantity : "0";
    }
    const size = nano < 0n ? -nano : nano;
    // A binary quantity with a fraction of a byte is formatted as a decimal one.
    const isBinary = quantity.endsWith("i") && size % NANO === 0n;
    const written = isBinary ? binary(size / NANO) : decimal(size, /e[+-]?\d/i.test(quantity));
    return (nano < 0n ? "-" : "") + written;
}

/** Formats an integer with the largest binary suffix that divides it. */
function binary(value: bigint): string {
    const [suffix, power] = BINARY.find(([, each]) => value % 2n ** BigInt(each) === 0n) ?? ["", 0];
    return (value / 2n ** BigInt(power)).toString() + suffix;
}

/** Formats billionths with the largest decimal suffix, or the equivalent exponent, that leaves an integer. */
function decimal(nano: bigint, asExponent: boolean): string {
    const [suffix, power] = DECIMAL.find(([, each]) => nano % 10n ** BigInt(each + 9) === 0n) ?? ["n", -9];
    return (nano / 10n ** BigInt(power + 9)).toString() + (asExponent && power !== 0 ? `e${power}` : suffix);
}

/** Fields of the built-in kinds whose values are maps of quantities. */
const QUANTITY_MAPS = new Set(["limits", "requests", "capacity", "hard", "default", "defaultRequest", "max", "min"]);
/** Fields of the built-in kinds whose value is a quantity. */
const QUANTITY_FIELDS = new Set(["sizeLimit", "averageValue"]);

/**
 * Converts every quantity of an object of a built-in kind to canonical form, so that a comparison shows only real
 * differences.
 */
export function canonicalQuantities(object: PropertyMap): PropertyMap {
    return Object.fromEntries(
        Object.entries(object).map(([name, value]) => {
            if (QUANTITY_MAPS.has(name) && isMap(value) && Object.values(value).every(isScalar)) {
                return [name, Object.fromEntries(Object.entries(value).map(([key, each]) => [key, canonical(each)]))];
            }
            return [name, QUANTITY_FIELDS.has(name) ? canonical(value) : descend(value)];
        }),
    );
}

/** {@link canonicalQuantities} of the value below a field. */
function descend(value: Value): Value {
    if (Array.isArray(value)) {
        return value.map(descend);
    }
    return isMap(value) ? canonicalQuantities(value) : value;
}

/** Whether a value can be a quantity. */
function isScalar(value: Value): value is string | number {
    return typeof value === "string" || typeof value === "number";
}

/** {@link canonicalQuantity} of a scalar; other values are unchanged. */
function canonical(value: Value): Value {
    return isScalar(value) ? canonicalQuantity(String(value)) : value;
}
