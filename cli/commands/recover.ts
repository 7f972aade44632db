import { Command, Option } from "@commander-js/extra-typings";
import { selectedStackOption, type Session } from "../command";
import { confirmOption, dryRunOption } from "../removalOptions";

/** `x0 recover`. */
export function recover(session: Session) {
    return new Command("recover")
        .summary("repair a stack whose update was interrupted, and complete the update")
        .description(
            "After an update that was killed, or that failed because a plugin or the API server went away: compares program, state and cluster; releases the lock, brings back a Helm release that the update holds, adds the objects that it created but did not record to the state, and completes the update. Objects that cannot be proven to belong to the stack are refused; in that case nothing is changed. Exits with 1 when an object was refused, or the update failed.",
        )
        .addOption(selectedStackOption())
        .addOption(confirmOption())
        .addOption(dryRunOption("show what would be done"))
        .addOption(
            new Option("--then <what>", "what to run afterwards")
                .choices(["up", "destroy", "nothing"] as const)
                .default("up" as const),
        )
        .option(
            "--adopt <object>",
            '"Kind namespace/name" that you know to belong to the stack; repeatable',
            (object: string, earlier: string[]) => [...earlier, object],
            [],
        )
        .option(
            "--force",
            "release a lock whose holder cannot be checked (another machine, no file backend); never that of a running process",
        )
        .action(async (options) => {
            const { recoverStack } = await import("../recover/recover.js");
            session.exitCode = await recoverStack(options, session);
        });
}
