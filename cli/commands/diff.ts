import { Command } from "@commander-js/extra-typings";
import { JSON_OPTION, selectedStackOption, type Session } from "../command";

/** `x0 diff`. */
export function diff(session: Session) {
    return new Command("diff")
        .summary("what an update would change, and what the policies say")
        .description(
            "Shows what an update of the stack would change: one line per object with the properties that differ, and the policy result. Changes nothing. Exits with 1 when a policy would stop the update.",
        )
        .addOption(selectedStackOption())
        .option("--refresh", "compare with the live objects, not the state: shows changes made elsewhere")
        .option("--values", "show the values before and after")
        .option("--expect-none", "exit with 1 when anything would change")
        .option(...JSON_OPTION)
        .action(async (options) => {
            const { showDiff } = await import("../diff/diff.js");
            session.exitCode = await showDiff(options, session);
        });
}
