import { UserError } from "../errors";
import { visibleText } from "../terminal/foreign";
import { onStack } from "./bound";

/**
 * The error with every reason why a part of the stack cannot be updated. Reasons may quote the cluster: control characters
 * are shown as `\\uFFFD`.
 * @param what the part, e.g. `SPIRE`
 * @param stack the stack, which the commands name
 * @param reasons each with the commands that fix it, on lines of their own
 */
export function refusal(what: string, stack: string, reasons: readonly string[]): UserError {
    const list = reasons.map((text) => `  ${visibleText(onStack(text, stack))}`).join("\n\n");
    return new UserError(`${what} cannot be updated:\n\n${list}\n`);
}
