import { Command } from "@commander-js/extra-typings";
import { STACKS } from "../../settings/shared/environments";
import { stackOption } from "../../terminal/commandLine";
import { JSON_OPTION, type Session } from "../command";

/** `x0 doctor`. */
export function doctor(session: Session) {
    return new Command("doctor")
        .summary("what would fail in pulumi up?")
        .description(
            "Checks programs, backend, settings and cluster of a stack: what would fail in pulumi up, and how to fix it. Changes nothing. Exits with 1 when a check failed.",
        )
        .addOption(stackOption(STACKS, "stack to check").default(STACKS[0] ?? ""))
        .option("--config-file <file>", "stack file instead of Pulumi.STACK.yaml")
        .option(...JSON_OPTION)
        .action(async ({ json = false, ...request }) => {
            const { runDoctor } = await import("../cluster/main.js");
            session.exitCode = await runDoctor(request, { json });
        });
}
