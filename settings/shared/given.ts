import { counted } from "../../terminal/counted";
/**
 * How values appear in messages. An invalid value may be anything: a password in the wrong place, a token under a
 * misspelled key, a complete kubeconfig. Text that its schema rejected is therefore never shown, only its type and
 * length. Numbers and booleans are shown if the schema expects one. Text that passed its schema is shown if it is short
 * and plain; no such text passes the schema of a credential.
 */

/** Description of a value under a key that contains a secret. */
export const SECRET = "[secret]";

/** Maximum length of text that is shown (characters); tokens and keys are longer. */
const MAX_SHOWN = 32;

/** Text that can be shown: names, paths, quantities and versions. */
const PLAIN = /^[A-Za-z0-9._/-]+$/;

/** Type and size of a value, never the value itself: `a text of 23 characters`. */
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

/**
 * Text for a value that passed its schema: numbers, booleans and short plain text as JSON, all others by type and size.
 */
export function shown(value: unknown): string {
    return isShown(value) ? JSON.stringify(value) : described(value);
}

/**
 * A name from a valid setting, for use within a sentence or a command; `otherwise` if it is too long to be
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
