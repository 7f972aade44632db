import type { Thresholds } from "./model";

/** Neither good nor bad. */
export const neutral: Thresholds = { base: "blue", steps: [] };

/** More is worse: green, then yellow, then red. */
export function tooHigh(warn: number, bad: number): Thresholds {
    return {
        base: "green",
        steps: [
            { from: warn, color: "yellow" },
            { from: bad, color: "red" },
        ],
    };
}

/** More than nothing is bad. */
export const anyIsBad: Thresholds = above(1e-9);

/** Bad from a value on, with no warning before. */
export function above(bad: number): Thresholds {
    return { base: "green", steps: [{ from: bad, color: "red" }] };
}

/** Less is worse: red, then yellow, then green. */
export function tooLow(bad: number, good: number): Thresholds {
    return {
        base: "red",
        steps: [
            { from: bad, color: "yellow" },
            { from: good, color: "green" },
        ],
    };
}

/** Bad below a value, with no warning before. */
export function below(good: number): Thresholds {
    return { base: "red", steps: [{ from: good, color: "green" }] };
}
