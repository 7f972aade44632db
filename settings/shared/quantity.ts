/** Base and exponent of each suffix; `resource.Quantity` of k8s.io/apimachinery, suffix.go. */
const SUFFIXES: ReadonlyMap<string, readonly [base: 2n | 10n, exponent: bigint]> = new Map([
    ["n", [10n, -9n]],
    ["u", [10n, -6n]],
    ["m", [10n, -3n]],
    ["", [10n, 0n]],
    ["k", [10n, 3n]],
    ["M", [10n, 6n]],
    ["G", [10n, 9n]],
    ["T", [10n, 12n]],
    ["P", [10n, 15n]],
    ["E", [10n, 18n]],
    ["Ki", [2n, 10n]],
    ["Mi", [2n, 20n]],
    ["Gi", [2n, 30n]],
    ["Ti", [2n, 40n]],
    ["Pi", [2n, 50n]],
    ["Ei", [2n, 60n]],
]);

/** Value of 1 in the unit of {@link parseQuantity}: Kubernetes keeps quantities to nine decimal places. */
export const NANO = 1_000_000_000n;

/** Binary quantities are capped at this: the largest int64. */
const MAX_BINARY = (2n ** 63n - 1n) * NANO;

/** Maximum length of text that is parsed (characters). Kubernetes has no limit; this bounds the arithmetic. */
const MAX_LENGTH = 64;

/**
 * Maximum absolute value of an exponent. Kubernetes truncates larger ones to their low 32 bits, which is never
 * intended.
 */
const MAX_EXPONENT = 30n;

const QUANTITY = /^([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+)|([numkKMGTPEi]*))$/;

/**
 * The exact value of a Kubernetes quantity, in billionths: `250m` is 250 000 000n. Follows `resource.ParseQuantity` of
 * k8s.io/apimachinery: `5.`, `.5` and `+1` are quantities, `1K` and `1 Gi` are not; more than nine decimal places are
 * rounded away from zero, and binary quantities are capped at the largest int64. `undefined` if the text is not a
 * quantity.
 */
export function parseQuantity(text: string): bigint | undefined {
    const match = text.length <= MAX_LENGTH ? QUANTITY.exec(text) : null;
    if (match === null) {
        return undefined;
    }
    const [, sign = "", whole = "", fraction = "", power, suffix = ""] = match;
    const scale = power === undefined ? SUFFIXES.get(suffix) : ([10n, BigInt(power.replace("+", ""))] as const);
    if (scale === undefined || scale[1] > MAX_EXPONENT * (scale[0] === 2n ? 2n : 1n) || scale[1] < -MAX_EXPONENT) {
        return undefined;
    }
    const [base, exponent] = scale;
    const digits = BigInt(`${whole}${fraction}`) * NANO;
    const divisor = 10n ** BigInt(fraction.length) * (exponent < 0n ? base ** -exponent : 1n);
    const product = digits * (exponent < 0n ? 1n : base ** exponent);
    const rounded = (product + divisor - 1n) / divisor;
    const amount = base === 2n && rounded > MAX_BINARY ? MAX_BINARY : rounded;
    return sign === "-" ? -amount : amount;
}

/** A quantity as a number, for arithmetic where the 53 bits of a double suffice; 0 if the text is not a quantity. */
export function quantityNumber(text: string): number {
    return Number(parseQuantity(text) ?? 0n) / Number(NANO);
}
