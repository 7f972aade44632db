import { Argument, Command } from "@commander-js/extra-typings";
import type { Session } from "../command";
import { candidates } from "../completion/candidates";
import { COMPLETION_SHELLS, completionScript } from "../completion/scripts";

/** `x0 completion`: prints the script for a shell. */
export function completion() {
    return new Command("completion")
        .summary("completion for bash, zsh or fish")
        .description(
            "Prints a script that completes x0 in your shell: subcommands, options and their values. Load it in the shell's startup file, and define x0:",
        )
        .addArgument(new Argument("<shell>", "your shell").choices(COMPLETION_SHELLS))
        .addHelpText("after", '\n  alias x0="npx x0"\n  source <(npx x0 completion bash)')
        .action((shell) => {
            console.log(completionScript(shell, process.argv[1] ?? "x0"));
        });
}

/** `x0 complete`: what the scripts call; prints one candidate per line. The words typed so far follow `--`. */
export function complete(session: Session) {
    return new Command("complete")
        .description("Completes a command line; for the scripts of x0 completion.")
        .action((_options, command) => {
            const found = command.parent === null ? [] : candidates(command.parent, session.rest ?? []);
            console.log(found.join("\n"));
        });
}
