/** A word that a shell leaves unchanged: POSIX XCU 2.2, less what globbing, tilde and history expansion act on. */
const PLAIN_WORD = /^[\w@%+=:,./-]+$/;

/**
 * Characters that change what a terminal or a reader sees: controls, formatting such as bidi marks, line separators.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** Whether a text holds characters that must not reach a terminal or log as they are. */
export function hasControlCharacters(text: string): boolean {
    return UNPRINTABLE.test(text);
}

/** A text on one line without control characters: each becomes `\u{...}`, as JavaScript writes it. */
export function printable(text: string): string {
    return text.replace(new RegExp(UNPRINTABLE, "gu"), (character) => {
        const code = character.codePointAt(0) ?? 0;
        return `\\u{${code.toString(16)}}`;
    });
}

/**
 * One word of a command that is printed for a person to run: a POSIX shell reads exactly `text` from it.
 * Plain words stay as they are, others get single quotes. Control characters are written as octal for `printf`;
 * only newlines at the very end of such a word are lost, as in any command substitution.
 */
export function shellWord(text: string): string {
    if (PLAIN_WORD.test(text)) {
        return text;
    }
    return hasControlCharacters(text) ? `"$(printf -- ${quoted(octal(text))})"` : quoted(text);
}

/** A command from its words, each quoted where it has to be. */
export function shellCommand(...words: readonly string[]): string {
    return words.map(shellWord).join(" ");
}

function quoted(text: string): string {
    return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The format of a `printf` that prints `text`. */
function octal(text: string): string {
    return Array.from(text)
        .map((character) => {
            if (character === "\\" || character === "%") {
                return character.repeat(2);
            }
            return hasControlCharacters(character)
                ? [...Buffer.from(character)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("")
                : character;
        })
        .join("");
}
