import { counted } from "../../terminal/counted";
/**
 * How values appear in messages. A wrong value may be anything: a password in the wrong place, a token under a
 * misspelled key, a whole kubeconfig. So a text that its schema refused is never shown, only its kind and length.
 * Numbers and booleans are shown where the schema wants one. A text that passed its schema is shown when it is short
 * and plain; where credentials belong, no such text passes.
 */

/** Description of a value in a key with a secret. */
export const SECRET = "[secret]";

/** Longest text that is shown (characters); tokens and keys are longer. */
const MAX_SHOWN = 32;

/** Names, paths, amounts and versions. */
const PLAIN = /^[A-Za-z0-9._/-]+$/;

/** Kind and size of a value, never the value: `a text of 23 characters`. */
export function described(value: unknown): string {
    if (typeof value === "string") {
        return `a text of ${counted(value.length, "character")}`;
    }
    if (Array.isArray(value)) {
        return `a list of ${counted(value.length, "entry", "entries")}`;
    }
    if (typeof value === "object" && value !== null) {
        return `an object of ${counted(Object.keys(value).length, "key")}`;
    }
    return value === null ? "null" : `a ${typeof value}`;
}

/** A value that passed its schema: numbers, booleans and short plain texts as JSON, all others by kind and size. */
export function shown(value: unknown): string {
    return isShown(value) ? JSON.stringify(value) : described(value);
}

/**
 * A name of a valid setting for the middle of a sentence, or for a command; `otherwise` when it is too long to be
 * shown.
 */
export function shownName(value: string, otherwise: string): string {
    return isShown(value) ? value : otherwise;
}

function isShown(value: unknown): value is string | number | boolean {
    return (
        typeof value === "number" ||
        typeof value === "boolean" ||
        (typeof value === "string" && value.length <= MAX_SHOWN && PLAIN.test(value))
    );
}
