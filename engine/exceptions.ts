import { shellWord } from "../shell";
import { type Engine, preview } from "./preview";
import type { UsedException } from "./report";

/**
 * The exceptions of the policy pack that an update of the stack would use.
 * @param engine With the folder of the policy pack.
 * @throws Error with the program's own message when the preview fails: the list would not be complete.
 */
export async function usedExceptions(
    engine: Engine & { readonly policies: string },
): Promise<readonly UsedException[]> {
    const { exceptions, findings, errors } = await preview(engine);
    const violated = findings.filter(({ level }) => level === "mandatory");
    if (errors.length > 0) {
        throw new Error(errors.join("\n"));
    }
    if (violated.length > 0) {
        const rules = [...new Set(violated.map(({ rule }) => rule))].join(", ");
        throw new Error(
            `Policy violations end the preview before everything is judged (${rules}).\n` +
                `  Show them: npx x0 diff --stack ${shellWord(engine.stack)}`,
        );
    }
    return exceptions;
}

/** Exceptions as text: a paragraph for each reason, with end date and origin, then what it covers, one rule a line. */
export function exceptionsText(used: readonly UsedException[]): string {
    const groups = new Map<string, UsedException[]>();
    for (const exception of used) {
        const { object, reason, origin, expires } = exception;
        const key = JSON.stringify([object, reason, origin, expires]);
        groups.set(key, [...(groups.get(key) ?? []), exception]);
    }
    const paragraphs = [...groups.values()].flatMap((group) => {
        const [first] = group;
        return first === undefined
            ? []
            : [
                  [
                      first.object,
                      `  ${first.reason} (${endOf(first)}; ${first.origin})`,
                      ...group.map(({ rule, paths }) => `    ${rule}: ${paths.join(", ")}`),
                  ].join("\n"),
              ];
    });
    return [...paragraphs, `${used.length} exception${used.length === 1 ? "" : "s"} used.`].join("\n\n");
}

function endOf({ expires }: UsedException): string {
    return expires === undefined ? "no end date" : `until ${expires}`;
}

/** A used exception on one line: rule, object, what it covers, why, and until when. */
export function exceptionLine(exception: UsedException): string {
    const { rule, object, paths, reason, origin } = exception;
    return `${rule}: ${object}: ${paths.join(", ")}: ${reason} (${endOf(exception)}; ${origin})`;
}
