import { Command } from "@commander-js/extra-typings";
import { JSON_OPTION, selectedStackOption, type Session } from "../command";
import type { Question } from "../spire/questions";

/** `x0 spire`. */
export function spire(session: Session) {
    const ask = async (question: Question, options: { readonly stack?: string; readonly json?: true }) => {
        const { askSpire } = await import("../spire/ask.js");
        session.exitCode = await askSpire(question, options, session);
    };
    const subcommand = (name: string, description: string) =>
        new Command(name)
            .description(description)
            .addOption(selectedStackOption())
            .option(...JSON_OPTION);
    return new Command("spire")
        .summary("show SPIRE's entries, agents, bundle, SVIDs and health")
        .description("Queries the SPIRE servers and agents in the stack's cluster, in their own containers.")
        .addCommand(
            subcommand("entries", "Prints the server's registration entries.").action((options) =>
                ask({ about: "entries" }, options),
            ),
        )
        .addCommand(
            subcommand("agents", "Prints the agents that the server has attested.").action((options) =>
                ask({ about: "agents" }, options),
            ),
        )
        .addCommand(
            subcommand("bundle", "Prints the server's trust bundle, and whether agents receive the same.").action(
                (options) => ask({ about: "bundle" }, options),
            ),
        )
        .addCommand(
            subcommand("svid", "Prints the registration entries of a mesh pod, and the SVID fetched at its start.")
                .argument("<pod>", "name of the pod")
                .action((pod, options) => ask({ about: "svid", pod }, options)),
        )
        .addCommand(
            subcommand(
                "health",
                "Checks every server and agent over its own socket. Exits with 1 when one is not healthy.",
            ).action((options) => ask({ about: "health" }, options)),
        );
}
