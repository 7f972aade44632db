import { messageOf } from "../../errors";
import { allCommands, parsedX0, x0Program } from "./parsed";

/** What `x0`'s own definition says about a command of it. */
export async function x0Fault([, program, ...words]: readonly string[]): Promise<string | undefined> {
    if (program !== "x0") {
        return undefined;
    }
    const typed = words.map((word) => PLACEHOLDERS[word] ?? word);
    // In running text a command is often only named, without what it needs.
    const named = allCommands(x0Program()).some(([name]) => name === ["npx", program, ...typed].join(" "));
    return named ? undefined : faultOf(() => parsedX0(typed));
}

/** Values of the placeholders in documents. */
const PLACEHOLDERS: Readonly<Record<string, string>> = { COMMAND: "status", NAME: "staging" };

/** The fault of a command line that is read; `undefined` when there is none. */
export async function faultOf(read: () => Promise<unknown>): Promise<string | undefined> {
    try {
        await read();
        return undefined;
    } catch (error) {
        return messageOf(error);
    }
}
