import type { Thresholds } from "./model";

/** Neither good nor bad. */
export const neutral: Thresholds = { base: "blue", steps: [] };

/** More is worse: green, then yellow, then red. */
export function tooHigh(warn: number, bad: number): Thresholds {
    return {
        base: "green",
        steps: [
            { from: rounded(warn), color: "yellow" },
            { from: rounded(bad), color: "red" },
        ],
    };
}

/** Least value above zero that a rate or a count can have here. */
export const ANY = 1e-9;

/** More than nothing is bad. */
export const anyIsBad: Thresholds = { base: "green", steps: [{ from: ANY, color: "red" }] };

/** Less is worse: red, then yellow, then green. */
export function tooLow(bad: number, good: number): Thresholds {
    return {
        base: "red",
        steps: [
            { from: rounded(bad), color: "yellow" },
            { from: rounded(good), color: "green" },
        ],
    };
}

/** Bad below a value, with no warning before. */
export function below(good: number): Thresholds {
    return { base: "red", steps: [{ from: rounded(good), color: "green" }] };
}

/** Without the noise of binary fractions, which would show: 99.9 / 100 is 0.9990000000000001. */
function rounded(value: number): number {
    return Number(value.toPrecision(12));
}
