import type { UsedException } from "../../engine/report";
import { CannotRun } from "../../errors";
import { previewReport } from "../../pipeline/preview";
import { EXIT } from "../../terminal/commandLine";
import { createProgress } from "../../terminal/progress";
import { table, type Terminal } from "../../terminal/text";
import { type Context, printJson } from "../command";
import { counted } from "../../terminal/counted";

/** Exceptions in use, one line each: rule, object, expiry date, and where the exception is defined. */
export function exceptionsText(
    exceptions: readonly UsedException[],
    terminal: Pick<Terminal, "columns" | "colour">,
): string {
    const rows = exceptions.map(({ rule, object, container, expires, origin }) => [
        rule,
        container === undefined ? object : `${object} (${container})`,
        expires === undefined ? "" : `until ${expires}`,
        origin,
    ]);
    return [...table(rows, terminal), `${counted(exceptions.length, "exception")} used.`].join("\n");
}

/** Previews a stack and lists the exceptions that it uses. @returns the exit code. */
export async function listExceptions(
    { stack, json = false }: { readonly stack: string; readonly json?: boolean },
    { terminal }: Context,
): Promise<number> {
    // Standard output contains only the list.
    const { errors, exceptions } = await previewReport(stack, undefined, createProgress(process.stderr));
    if (errors.length > 0) {
        throw new CannotRun(errors.join("\n"), `npx x0 doctor --stack ${stack}`);
    }
    if (json) {
        printJson(exceptions);
    } else {
        console.log(exceptionsText(exceptions, terminal));
    }
    return EXIT.done;
}
