import { EVALUATION_SECONDS } from "../../../components/monitoring/rules/records";

/** Value of a series at a time (s after the first scrape); nothing while it does not exist. */
export type Timeline = (seconds: number) => number | undefined;

/** A series that exists from one time until another, with one value. */
export function during(from: number, until: number, value: number): Timeline {
    return (seconds) => (seconds >= from && seconds < until ? value : undefined);
}

/** Samples of a series in promtool's notation, one for each scrape; equal ones are written once with their number. */
export function samples(timeline: Timeline, minutes: number): string {
    const runs: { readonly value: string; count: number }[] = [];
    for (let seconds = 0; seconds <= minutes * 60; seconds += EVALUATION_SECONDS) {
        const value = timeline(seconds);
        // A series that ends is marked as stale by Prometheus; before its first sample there is nothing to mark.
        const known = runs.some((run) => run.value !== "_");
        const text = value === undefined ? (known ? "stale" : "_") : String(Number(value.toFixed(3)));
        const last = runs.at(-1);
        if (last?.value === text) {
            last.count += 1;
        } else {
            runs.push({ value: text, count: 1 });
        }
    }
    return runs.map(written).join(" ");
}

/** `1x3` are four samples, `_x3` three. */
function written({ value, count }: { value: string; count: number }): string {
    if (value === "stale") {
        return count === 1 ? "stale" : `stale _x${count - 1}`;
    }
    return value === "_" ? `_x${count}` : `${value}x${count - 1}`;
}
