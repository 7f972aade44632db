import { createInterface } from "node:readline/promises";
import { CannotRun } from "../errors";
import type { Terminal } from "./text";

/**
 * Asks a person to type a word before something irreversible happens.
 * @param flag Value of `--confirm`, which replaces the typed word.
 * @returns whether the word was typed.
 * @throws CannotRun without a terminal and `--confirm`, or when `--confirm` has another word.
 */
export async function confirmed(
    word: string,
    flag: string | undefined,
    terminal: Pick<Terminal, "interactive">,
): Promise<boolean> {
    if (flag !== undefined) {
        if (flag !== word) {
            throw new CannotRun(`--confirm ${flag}: the stack is ${word}`, `--confirm ${word}`);
        }
        return true;
    }
    if (!terminal.interactive) {
        throw new CannotRun("this needs a confirmation, and there is no terminal", `--confirm ${word}`);
    }
    const lines = createInterface({ input: process.stdin, output: process.stdout });
    try {
        return (await lines.question(`\nType ${word} to continue: `)).trim() === word;
    } finally {
        lines.close();
    }
}
