/** Decimal exponents of the SI suffixes. */
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

/** Binary exponents of the IEC suffixes. */
const BINARY: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };

/**
 * Sign, integer digits, fraction, then a suffix or a decimal exponent. Lengths are bounded so that parsing is fast:
 * Kubernetes stores at most 18 digits exactly.
 */
const QUANTITY = /^([+-]?)(?=\.?\d)(\d{0,40})(?:\.(\d{0,40}))?(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d{1,3}))?$/;

/** An exact amount of a resource: `digits` times ten to the power of `exponent`. */
export interface Quantity {
    /** All digits as a signed integer. */
    readonly digits: bigint;
    /** Power of ten. */
    readonly exponent: number;
}

/** Reads a Kubernetes quantity, e.g. `100m`, `64Mi`, `0.5`, `1e3`; `undefined` when it is invalid. */
export function parseQuantity(text: string): Quantity | undefined {
    const match = QUANTITY.exec(text);
    if (match === null) {
        return undefined;
    }
    const [, sign, whole = "", fraction = "", suffix = "", exponent = "0"] = match;
    const unsigned = BigInt(whole + fraction) << BigInt(BINARY[suffix] ?? 0);
    return {
        digits: sign === "-" ? -unsigned : unsigned,
        exponent: (DECIMAL[suffix] ?? 0) + Number(exponent) - fraction.length,
    };
}

/** Negative when `a` is smaller than `b`, 0 when equal, else positive. */
export function compareQuantities(a: Quantity, b: Quantity): number {
    const exponent = Math.min(a.exponent, b.exponent);
    const left = a.digits * 10n ** BigInt(a.exponent - exponent);
    const right = b.digits * 10n ** BigInt(b.exponent - exponent);
    if (left === right) {
        return 0;
    }
    return left < right ? -1 : 1;
}

/** A quantity multiplied by a number of 0 or more. */
export function scaleQuantity(quantity: Quantity, factor: number): Quantity {
    // The factor is rounded to three decimals, enough for a hand-written ratio.
    return { digits: quantity.digits * BigInt(Math.round(factor * 1000)), exponent: quantity.exponent - 3 };
}

/** Zero. */
export const ZERO: Quantity = { digits: 0n, exponent: 0 };

/** The sum of two quantities. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
    const exponent = Math.min(a.exponent, b.exponent);
    const digits = a.digits * 10n ** BigInt(a.exponent - exponent) + b.digits * 10n ** BigInt(b.exponent - exponent);
    return { digits, exponent };
}

/** Formats a quantity: in the largest exact binary unit, else in thousandths or as a plain number. */
export function formatQuantity({ digits, exponent }: Quantity): string {
    const milli = digits * 10n ** BigInt(Math.max(exponent + 3, 0));
    const thousandths = exponent < -3 ? digits / 10n ** BigInt(-3 - exponent) : milli;
    if (thousandths % 1000n !== 0n) {
        return `${thousandths}m`;
    }
    const whole = thousandths / 1000n;
    const unit = Object.entries(BINARY)
        .reverse()
        .find(([, bits]) => whole !== 0n && whole % (1n << BigInt(bits)) === 0n);
    return unit === undefined ? String(whole) : `${whole >> BigInt(unit[1])}${unit[0]}`;
}
