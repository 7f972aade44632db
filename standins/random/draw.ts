import { createHash, randomBytes } from "node:crypto";

/** Gives whole numbers from 0 up to, but not including, a bound; each equally likely. */
export type Draw = (bound: number) => number;

/** How many values 48 bits have; the largest size that a number holds exactly with room for the bound. */
const RANGE = 2 ** 48;

/** A {@link Draw} from a source of bytes. Values of an incomplete last round are thrown away, else small ones come more often. */
function drawFrom(bytes: () => Buffer): Draw {
    return (bound) => {
        const limit = RANGE - (RANGE % bound);
        for (;;) {
            const value = bytes().readUIntBE(0, 6);
            if (value < limit) {
                return value % bound;
            }
        }
    };
}

/** From the system's random numbers, fit for passwords. */
export const secureDraw: Draw = drawFrom(() => randomBytes(6));

/** From a seed: the same seed gives the same numbers. Not the official plugin's numbers. */
export function seededDraw(seed: string): Draw {
    let round = 0;
    return drawFrom(() => createHash("sha256").update(`${seed}\0${round++}`).digest().subarray(0, 6));
}

/** The items in random order (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], draw: Draw): T[] {
    const result = [...items];
    for (let last = result.length - 1; last > 0; last--) {
        const [item] = result.splice(draw(last + 1), 1);
        if (item !== undefined) {
            result.splice(last, 0, item);
        }
    }
    return result;
}

/** One of the items. @throws Error when there is none. */
export function pick<T>(items: readonly T[], draw: Draw): T {
    const item = items[draw(items.length)];
    if (item === undefined) {
        throw new Error("nothing to choose from");
    }
    return item;
}
