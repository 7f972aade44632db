import { Command } from "@commander-js/extra-typings";
import { APP } from "../../components/mesh/names";
import { selectedStackOption, type Session } from "../command";

/** `x0 shell`. */
export function shell(session: Session) {
    return new Command("shell")
        .summary("a shell or a command in a mesh pod")
        .description(
            "Opens a shell in a mesh pod: bash where the image has it, else sh. With a command, runs that instead. The exit code is that of the shell or the command.",
        )
        .usage("[options] [pod] [-- command...]")
        .argument("[pod]", "name of a pod, or the end of one (default: the first)")
        .addOption(selectedStackOption())
        .option("--container <name>", "container to enter", APP)
        .addHelpText("after", "\nExample: npx x0 shell -- env")
        .action(async (pod, options) => {
            const { openShell } = await import("../pods/shell.js");
            session.exitCode = await openShell(pod, session.rest ?? [], options, session);
        });
}
