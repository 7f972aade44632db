import { randomInt } from "node:crypto";

/** What a random string is made of. */
export interface StringOptions {
    /** Number of characters, 1 or more. */
    length: number;
    /** Use letters A to Z. Default true. */
    upper: boolean;
    /** Use letters a to z. Default true. */
    lower: boolean;
    /** Use digits. Default true. */
    numeric: boolean;
    /** Use special characters. Default true. */
    special: boolean;
    /** The special characters to use; "" for {@link SPECIAL_CHARACTERS}. */
    overrideSpecial: string;
    /** Fewest letters A to Z. Default 0. */
    minUpper: number;
    /** Fewest letters a to z. Default 0. */
    minLower: number;
    /** Fewest digits. Default 0. */
    minNumeric: number;
    /** Fewest special characters. Default 0. */
    minSpecial: number;
}

/** The special characters by default; the official plugin's. */
export const SPECIAL_CHARACTERS = "!@#$%&*()-_=+[]{}<>:?";

/** The kinds of characters with their switch and least number. */
function classes(options: StringOptions): { name: string; characters: string; used: boolean; least: number }[] {
    return [
        { name: "Upper", characters: "ABCDEFGHIJKLMNOPQRSTUVWXYZ", used: options.upper, least: options.minUpper },
        { name: "Lower", characters: "abcdefghijklmnopqrstuvwxyz", used: options.lower, least: options.minLower },
        { name: "Numeric", characters: "0123456789", used: options.numeric, least: options.minNumeric },
        {
            name: "Special",
            characters: options.overrideSpecial || SPECIAL_CHARACTERS,
            used: options.special,
            least: options.minSpecial,
        },
    ];
}

/** What is wrong with the options, one a line; empty when nothing is. */
export function stringFaults(options: StringOptions): string[] {
    const all = classes(options);
    const least = all.reduce((sum, each) => sum + each.least, 0);
    return [
        ...(Number.isInteger(options.length) && options.length >= 1
            ? []
            : [`length must be a whole number of 1 or more, got ${options.length}`]),
        ...(options.length < least
            ? [`length (${options.length}) must be at least minUpper + minLower + minNumeric + minSpecial (${least})`]
            : []),
        ...(all.some((each) => each.used) ? [] : ["one of upper, lower, numeric and special must be true"]),
    ];
}

/** One of the characters, each equally likely. */
function pick(characters: string): string {
    return characters.charAt(randomInt(characters.length));
}

/** The items in random order (Fisher and Yates). */
function shuffled(items: readonly string[]): string[] {
    const result = [...items];
    for (let last = result.length - 1; last > 0; last--) {
        result.splice(last, 0, ...result.splice(randomInt(last + 1), 1));
    }
    return result;
}

/** A random string: first the least numbers of each kind, then any of the used characters, in random order. */
export function randomString(options: StringOptions): string {
    const all = classes(options);
    const any = all.map((each) => (each.used ? each.characters : "")).join("");
    const required = all.flatMap((each) => Array.from({ length: each.least }, () => pick(each.characters)));
    const rest = Array.from({ length: options.length - required.length }, () => pick(any));
    return shuffled([...required, ...rest]).join("");
}
