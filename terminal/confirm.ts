import { createInterface } from "node:readline/promises";
import { CannotRun } from "../errors";
import type { Terminal } from "./text";

/**
 * Asks a person to type a word before something happens that cannot be taken back.
 * @param flag Value of the flag that stands for the typed word where nobody can be asked.
 * @returns whether it was typed.
 * @throws CannotRun without a terminal and the flag: it names the flag. Also when the flag names another word.
 */
export async function confirmed(
    word: string,
    flag: string | undefined,
    terminal: Pick<Terminal, "interactive">,
): Promise<boolean> {
    if (flag !== undefined) {
        if (flag !== word) {
            throw new CannotRun(`--confirm ${flag} is not the stack that this is about`, `--confirm ${word}`);
        }
        return true;
    }
    if (!terminal.interactive) {
        throw new CannotRun("this needs a confirmation, and there is no terminal to ask on", `--confirm ${word}`);
    }
    const lines = createInterface({ input: process.stdin, output: process.stdout });
    try {
        return (await lines.question(`\nType ${word} to go on: `)).trim() === word;
    } finally {
        lines.close();
    }
}
