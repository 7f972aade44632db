import { Command } from "@commander-js/extra-typings";
import { JSON_OPTION, selectedStackOption, type Session } from "../command";

/** `x0 status`. */
export function status(session: Session) {
    return new Command("status")
        .summary("the stack on one screen")
        .description(
            "Shows the stack on one screen: workloads and pods, SPIRE, monitoring, firing alerts and recent warnings. Changes nothing.",
        )
        .addOption(selectedStackOption())
        .option("--watch", "refresh every 5 s, on a terminal")
        .option("--exit-code", "exit with 1 when something needs attention")
        .option(...JSON_OPTION)
        .action(async (options) => {
            const { showStatus } = await import("../status/show.js");
            session.exitCode = await showStatus(options, session);
        });
}
