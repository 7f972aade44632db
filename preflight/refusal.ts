import { UserError } from "../errors";
import { visibleText } from "../terminal/foreign";

/**
 * The error with every reason why a part of the stack cannot be updated. Reasons may quote the cluster: control characters
 * are shown as `\\uFFFD`.
 * @param what the part, e.g. `SPIRE`
 * @param reasons each with the commands that fix it, on lines of their own
 */
export function refusal(what: string, reasons: readonly string[]): UserError {
    const list = reasons.map((text) => `  ${visibleText(text)}`).join("\n\n");
    return new UserError(`${what} cannot be updated:\n\n${list}\n`);
}
