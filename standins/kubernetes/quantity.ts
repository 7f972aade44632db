import { isMap } from "../protocol/values";
import type { PropertyMap, Value } from "../protocol/values";

/** Factors of the suffixes, as powers of ten and two; decimal ones are exponents of 10, binary ones of 2. */
const decimal: Record<string, number> = { n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
/** See {@link decimal}. */
const binary: Record<string, number> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };

/** Exponents beyond this are no quantity that Kubernetes takes, and not worth the digits. */
const LARGEST_EXPONENT = 30;

/** The decimal suffix that an exponent of 10 is written with. */
const DECIMAL_SUFFIXES = Object.entries(decimal).sort(([, a], [, b]) => b - a);
/** The same for binary ones. */
const BINARY_SUFFIXES = Object.entries(binary).sort(([, a], [, b]) => b - a);

/**
 * A quantity as the API server writes it: `0.5` is `500m`, `1024Mi` is `1Gi`, 1 is `1`.
 * What is no quantity stays as it is; the API server will say so.
 */
export function canonicalQuantity(quantity: string): string {
    const [, sign = "", whole = "", fraction = "", suffix = ""] =
        /^([+-]?)(\d*)(?:\.(\d*))?([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/.exec(quantity) ?? [];
    if (whole === "" && fraction === "") {
        return quantity;
    }
    const minus = sign === "-" ? "-" : "";
    const digits = BigInt(whole + fraction);
    if (suffix in binary) {
        const scaled = digits * 2n ** BigInt(binary[suffix] ?? 0);
        const unit = 10n ** BigInt(fraction.length);
        // A binary quantity with a fraction of a byte is written as a decimal one.
        return scaled % unit === 0n
            ? minus + withBinarySuffix(scaled / unit)
            : minus + withDecimalSuffix(ceilingDivide(scaled * 10n ** 9n, unit), -9);
    }
    const power = decimal[suffix];
    if (power !== undefined) {
        return (digits === 0n ? "" : minus) + withDecimalSuffix(digits, power - fraction.length);
    }
    // With an exponent in place of a suffix: multiples of 3 stay, others become such.
    const exponent = Number(suffix.slice(1));
    if ((fraction === "" && exponent % 3 === 0) || Math.abs(exponent) > LARGEST_EXPONENT) {
        return quantity;
    }
    const written = withDecimalSuffix(digits, exponent - fraction.length);
    const last = written.at(-1) ?? "";
    return minus + ((decimal[last] ?? 0) === 0 ? written : `${written.slice(0, -1)}e${decimal[last] ?? 0}`);
}

/** Quotient, rounded up. */
function ceilingDivide(dividend: bigint, divisor: bigint): bigint {
    return (dividend + divisor - 1n) / divisor;
}

/** A whole number with the largest binary suffix that divides it. */
function withBinarySuffix(value: bigint): string {
    const suffix = value === 0n ? undefined : BINARY_SUFFIXES.find(([, power]) => value % 2n ** BigInt(power) === 0n);
    return suffix === undefined ? value.toString() : (value / 2n ** BigInt(suffix[1])).toString() + suffix[0];
}

/** A number times a power of ten with the largest decimal suffix that leaves it whole; nothing is finer than a nano. */
function withDecimalSuffix(value: bigint, exponent: number): string {
    if (value === 0n) {
        return "0";
    }
    const nano =
        exponent >= -9 ? value * 10n ** BigInt(exponent + 9) : ceilingDivide(value, 10n ** BigInt(-9 - exponent));
    const [suffix, power] = DECIMAL_SUFFIXES.find(([, each]) => nano % 10n ** BigInt(each + 9) === 0n) ?? ["n", -9];
    return (nano / 10n ** BigInt(power + 9)).toString() + suffix;
}

/** Fields of the built-in kinds whose values are maps of quantities. */
const quantityMaps = new Set([
    "limits",
    "requests",
    "capacity",
    "allocatable",
    "hard",
    "overhead",
    "default",
    "defaultRequest",
    "max",
    "min",
    "maxLimitRequestRatio",
]);
/** Fields of the built-in kinds that are one quantity. */
const quantityFields = new Set(["sizeLimit", "averageValue"]);

/** Writes every quantity of an object of a built-in kind as the API server does, so that no difference shows that is none. */
export function canonicalQuantities(object: PropertyMap): PropertyMap {
    return Object.fromEntries(
        Object.entries(object).map(([name, value]) => {
            if (quantityMaps.has(name) && isMap(value) && Object.values(value).every(isScalar)) {
                return [name, Object.fromEntries(Object.entries(value).map(([key, each]) => [key, canonical(each)]))];
            }
            return [name, quantityFields.has(name) ? canonical(value) : descend(value)];
        }),
    );
}

/** {@link canonicalQuantities} of what lies below a field. */
function descend(value: Value): Value {
    if (Array.isArray(value)) {
        return value.map(descend);
    }
    return isMap(value) ? canonicalQuantities(value) : value;
}

/** Can it be a quantity? */
function isScalar(value: Value): value is string | number {
    return typeof value === "string" || typeof value === "number";
}

/** {@link canonicalQuantity} of a scalar; other values stay. */
function canonical(value: Value): Value {
    return isScalar(value) ? canonicalQuantity(String(value)) : value;
}
