/** The middle one of an odd number of measurements; 0 of none. */
export function median(times: readonly number[]): number {
    return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}
