/** Pseudo-random numbers from 0 to 1 (mulberry32). */
export function random(seed: number): () => number {
    let state = seed;
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    };
}

/** A list in a random order (Fisher and Yates). */
export function shuffled<T>(list: readonly T[], draw: () => number): T[] {
    const result = [...list];
    for (let last = result.length - 1; last > 0; last--) {
        const other = Math.floor(draw() * (last + 1));
        const [a, b] = [result[last], result[other]];
        if (a !== undefined && b !== undefined) {
            [result[last], result[other]] = [b, a];
        }
    }
    return result;
}
