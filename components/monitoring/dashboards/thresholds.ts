import type { Thresholds } from "./model";

/** Thresholds of a value that is neither good nor bad. */
export const neutral: Thresholds = { base: "blue", steps: [] };

/** Thresholds where higher is worse: green, then yellow, then red. */
export function tooHigh(warn: number, bad: number): Thresholds {
    return {
        base: "green",
        steps: [
            { from: rounded(warn), color: "yellow" },
            { from: rounded(bad), color: "red" },
        ],
    };
}

/** Smallest value above zero that a rate or a count can have. */
export const ANY = 1e-9;

/** Thresholds where any value above zero is bad. */
export const anyIsBad: Thresholds = { base: "green", steps: [{ from: ANY, color: "red" }] };

/** Thresholds where lower is worse: red, then yellow, then green. */
export function tooLow(bad: number, good: number): Thresholds {
    return {
        base: "red",
        steps: [
            { from: rounded(bad), color: "yellow" },
            { from: rounded(good), color: "green" },
        ],
    };
}

/** Thresholds where values below a limit are bad, without a warning level. */
export function below(good: number): Thresholds {
    return { base: "red", steps: [{ from: rounded(good), color: "green" }] };
}

/** Rounds off floating-point noise, which would be visible: 99.9 / 100 is 0.9990000000000001. */
function rounded(value: number): number {
    return Number(value.toPrecision(12));
}
