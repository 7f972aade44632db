import { randomInt } from "node:crypto";

/** Options of a random string. */
export interface StringOptions {
    /** Number of characters, 1 or more. */
    length: number;
    /** Whether to use letters A to Z. Default: true. */
    upper: boolean;
    /** Whether to use letters a to z. Default: true. */
    lower: boolean;
    /** Whether to use digits. Default: true. */
    numeric: boolean;
    /** Whether to use special characters. Default: true. */
    special: boolean;
    /** The special characters to use; "" for {@link SPECIAL_CHARACTERS}. */
    overrideSpecial: string;
}

/** Default special characters, as in the official plugin. */
export const SPECIAL_CHARACTERS = "!@#$%&*()-_=+[]{}<>:?";

/** The characters from which a string is generated. */
function charactersOf({ upper, lower, numeric, special, overrideSpecial }: StringOptions): string {
    return [
        upper ? "ABCDEFGHIJKLMNOPQRSTUVWXYZ" : "",
        lower ? "abcdefghijklmnopqrstuvwxyz" : "",
        numeric ? "0123456789" : "",
        special ? overrideSpecial || SPECIAL_CHARACTERS : "",
    ].join("");
}

/** Faults of a length, one per line; empty if there are none. */
export function lengthFaults(length: number): string[] {
    return Number.isInteger(length) && length >= 1 ? [] : [`length must be a whole number of 1 or more, got ${length}`];
}

/** Faults of the options, one per line; empty if there are none. */
export function stringFaults(options: StringOptions): string[] {
    return [
        ...lengthFaults(options.length),
        ...(charactersOf(options) === "" ? ["one of upper, lower, numeric and special must be true"] : []),
    ];
}

/** Generates a random string; all allowed characters are equally likely. */
export function randomString(options: StringOptions): string {
    const characters = charactersOf(options);
    return Array.from({ length: options.length }, () => characters.charAt(randomInt(characters.length))).join("");
}
