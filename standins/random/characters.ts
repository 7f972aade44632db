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
}

/** The special characters by default; the official plugin's. */
export const SPECIAL_CHARACTERS = "!@#$%&*()-_=+[]{}<>:?";

/** The characters that a string is drawn from. */
function charactersOf({ upper, lower, numeric, special, overrideSpecial }: StringOptions): string {
    return [
        upper ? "ABCDEFGHIJKLMNOPQRSTUVWXYZ" : "",
        lower ? "abcdefghijklmnopqrstuvwxyz" : "",
        numeric ? "0123456789" : "",
        special ? overrideSpecial || SPECIAL_CHARACTERS : "",
    ].join("");
}

/** What is wrong with a length, one a line; empty when nothing is. */
export function lengthFaults(length: number): string[] {
    return Number.isInteger(length) && length >= 1 ? [] : [`length must be a whole number of 1 or more, got ${length}`];
}

/** What is wrong with the options, one a line; empty when nothing is. */
export function stringFaults(options: StringOptions): string[] {
    return [
        ...lengthFaults(options.length),
        ...(charactersOf(options) === "" ? ["one of upper, lower, numeric and special must be true"] : []),
    ];
}

/** A random string of the used characters, each equally likely. */
export function randomString(options: StringOptions): string {
    const characters = charactersOf(options);
    return Array.from({ length: options.length }, () => characters.charAt(randomInt(characters.length))).join("");
}
