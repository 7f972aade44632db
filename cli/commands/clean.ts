import { Command } from "@commander-js/extra-typings";
import { selectedStackOption, type Session } from "../command";
import { allowProdOption, confirmOption, dryRunOption } from "../removalOptions";

/** `x0 clean`. */
export function clean(session: Session) {
    return new Command("clean")
        .summary("remove what a destroy keeps")
        .description(
            "Removes what a destroy leaves: SPIRE's CRDs that are no longer used, namespaces of the stack, and its files in .local of this checkout. Asks for the stack's name first. The CRDs of the monitoring chart are kept, with the command that deletes them. The stack itself stays in Pulumi's backend, with its history: pulumi stack rm. The whole embedded cluster: npm run local -- down. Exits with 1 when not confirmed.",
        )
        .addOption(selectedStackOption())
        .addOption(confirmOption())
        .addOption(allowProdOption())
        .addOption(dryRunOption("show what would be removed"))
        .option("--json", "with --dry-run: print JSON instead of text")
        .action(async (options) => {
            const { cleanUp } = await import("../clean/clean.js");
            session.exitCode = await cleanUp(options, session);
        });
}
