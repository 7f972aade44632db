import { Command } from "@commander-js/extra-typings";
import { STACKS } from "../../settings/shared/environments";
import { stackOption } from "../../terminal/commandLine";
import { JSON_OPTION, type Session } from "../command";

/** `x0 cost`. */
export function cost(session: Session) {
    return (
        new Command("cost")
            .summary("what a stack needs and costs; sizes from measured usage")
            .description(
                "Estimates the nodes that a stack of this checkout needs and what they cost in a month, from the requests of its pods and cost/prices.yaml. Needs no cluster, state or secret. Exits with 1 when the stack is above its budget, or has a pod that fits on no node.",
            )
            // Without it, --stack after the word recommend would be taken for this command's own.
            .enablePositionalOptions()
            .addOption(stackOption(STACKS, "the stack").makeOptionMandatory())
            .option("--base <ref>", "also show what changed since that commit")
            .option("--markdown", "print Markdown instead of text")
            .option(...JSON_OPTION)
            .action(async (options) => {
                const { showCost } = await import("../cost/show.js");
                session.exitCode = await showCost(options, session);
            })
    );
}
