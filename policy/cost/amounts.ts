import { parseQuantity, type Quantity, ZERO } from "../kubernetes/quantity";

/** CPU and memory as plain numbers, which the scheduler's own arithmetic is in. */
export interface Amounts {
    /** CPU in thousandths of a core. */
    readonly cpu: number;
    /** Memory in bytes. */
    readonly memory: number;
}

/** Bytes of a MiB. */
export const MIB = 1024 ** 2;

/** Bytes of a GiB, the unit that memory and volumes are paid by. */
export const GIB = 1024 ** 3;

/** Nothing of either. */
export const NONE: Amounts = { cpu: 0, memory: 0 };

/** The amounts that quantities state, e.g. `250m` and `1Gi`; none where one is missing or invalid. */
export function amountsOf({ cpu = "0", memory = "0" }: { readonly cpu?: string; readonly memory?: string }): Amounts {
    return { cpu: milliOf(parseQuantity(cpu) ?? ZERO), memory: wholeOf(parseQuantity(memory) ?? ZERO) };
}

/** The sum of two amounts. */
export function plus(a: Amounts, b: Amounts): Amounts {
    return { cpu: a.cpu + b.cpu, memory: a.memory + b.memory };
}

/** What is left of `a` without `b`; negative where `b` is larger. */
export function minus(a: Amounts, b: Amounts): Amounts {
    return plus(a, times(b, -1));
}

/** An amount a number of times. */
export function times({ cpu, memory }: Amounts, factor: number): Amounts {
    return { cpu: cpu * factor, memory: memory * factor };
}

/** A quantity of CPU in thousandths of a core, rounded up as `Quantity.MilliValue` of k8s.io/apimachinery does. */
export function milliOf(quantity: Quantity): number {
    return wholeOf({ digits: quantity.digits, exponent: quantity.exponent + 3 });
}

/** A quantity of bytes, rounded up as `Quantity.Value` of k8s.io/apimachinery does. */
export function wholeOf({ digits, exponent }: Quantity): number {
    if (exponent >= 0) {
        return Number(digits * 10n ** BigInt(exponent));
    }
    const divisor = 10n ** BigInt(-exponent);
    return Number((digits + divisor - 1n) / divisor);
}
