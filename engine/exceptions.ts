import type { UsedException } from "./report";

function endOf({ expires }: UsedException): string {
    return expires === undefined ? "no end date" : `until ${expires}`;
}

/** A used exception on one line: rule, object, what it covers, why, and until when. */
export function exceptionLine(exception: UsedException): string {
    const { rule, object, paths, reason, origin } = exception;
    return `${rule}: ${object}: ${paths.join(", ")}: ${reason} (${endOf(exception)}; ${origin})`;
}
