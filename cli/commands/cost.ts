import { Command } from "@commander-js/extra-typings";
import { CannotRun } from "../../errors";
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
            // So that --stack after the word recommend is not taken for this command's own. It is not mandatory here, or the
            // subcommand would need it twice.
            .enablePositionalOptions()
            .addOption(stackOption(STACKS, "the stack; required"))
            .option("--base <ref>", "also show what changed since that commit")
            .option("--markdown", "print Markdown instead of text")
            .option(...JSON_OPTION)
            .action(async ({ stack, ...options }) => {
                if (stack === undefined) {
                    throw new CannotRun(
                        "required option '--stack <name>' not specified",
                        "npx x0 cost --stack staging",
                    );
                }
                const { showCost } = await import("../cost/show.js");
                session.exitCode = await showCost({ stack, ...options }, session);
            })
            .addCommand(
                new Command("recommend")
                    .description(
                        "Recommends requests and limits from the usage that Prometheus of the stack has measured, prints the commands that set them and what they change in a month. Changes nothing. Exits with 1 when the history is too short for any recommendation.",
                    )
                    .addOption(stackOption(STACKS, "the stack").makeOptionMandatory())
                    .option("--prometheus <url>", "address of Prometheus; default: through the API server's proxy")
                    .option(...JSON_OPTION)
                    .action(async (options) => {
                        const { showRecommendation } = await import("../cost/recommend.js");
                        session.exitCode = await showRecommendation(options, session);
                    }),
            )
    );
}
