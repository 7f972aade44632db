import { Command } from "@commander-js/extra-typings";
import { STACKS } from "../../settings/shared/environments";
import { stackOption } from "../../terminal/commandLine";
import { JSON_OPTION, type Session } from "../command";

/** `x0 migrate`. */
export function migrate(session: Session) {
    return new Command("migrate")
        .summary("import objects that another tool created")
        .description(
            "Finds which objects of a new stack exist already, writes the file that imports them, and prints the next commands. Changes nothing.",
        )
        .addOption(stackOption(STACKS, "the stack").makeOptionMandatory())
        .option("--output <file>", "the import file", "import.json")
        .option("--config-file <file>", "stack file instead of Pulumi.STACK.yaml")
        .option(...JSON_OPTION)
        .action(async (options) => {
            const { migrateStack } = await import("../migrate/migrate.js");
            session.exitCode = await migrateStack(options);
        });
}
