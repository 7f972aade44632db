/** Median of an odd number of measurements; 0 if there are none. */
export function median(times: readonly number[]): number {
    return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}
