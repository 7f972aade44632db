import { Command } from "@commander-js/extra-typings";
import { selectedStackOption, type Session } from "../command";
import { allowProdOption, confirmOption, dryRunOption } from "../removalOptions";

/** `x0 destroy`. */
export function destroy(session: Session) {
    return new Command("destroy")
        .summary("remove the stack's objects, after a prompt")
        .description(
            "Removes every object of the stack from its cluster. Shows what will be removed first, and asks for the stack's name. CRDs are kept, with the objects of their kinds: those of SPIRE until x0 clean, those of the monitoring chart until you delete them. Exits with 1 when not confirmed, or when an object could not be removed.",
        )
        .addOption(selectedStackOption())
        .addOption(confirmOption())
        .addOption(allowProdOption())
        .addOption(dryRunOption("show what would be removed"))
        .action(async (options) => {
            const { destroyStack } = await import("../destroy/destroy.js");
            session.exitCode = await destroyStack(options, session);
        });
}
