import { findPlace, type Place } from "../engine/place";
import { CannotRun } from "../errors";
import { shellCommand } from "../shell";
import { EXIT } from "../terminal/commandLine";
import { confirmed } from "../terminal/confirm";
import type { Context } from "./command";
import type { RemovalOptions } from "./removalOptions";

/** The options of a command that removes objects. */
export interface Removal {
    /** The stack. */
    readonly place: Place;
    /**
     * Call it after printing what will be removed.
     * @returns the exit code to exit with; `undefined` to continue.
     */
    readonly stopped: () => Promise<number | undefined>;
}

/**
 * Protects prod from commands that remove objects, unless `--allow-prod` is given.
 * @throws CannotRun that names the option.
 */
export function guardProd(stack: string, allowed: boolean | undefined, command: string): void {
    if (stack === "prod" && allowed !== true) {
        throw new CannotRun(
            `${command} changes stack prod only with --allow-prod`,
            shellCommand("npx", "x0", command, "--stack", "prod", "--allow-prod"),
        );
    }
}

/** Finds the stack of a command that removes objects. */
export async function openRemoval(command: string, options: RemovalOptions, context: Context): Promise<Removal> {
    const place = await findPlace(options.stack, context);
    guardProd(place.stack, options.allowProd, command);
    return {
        place,
        stopped: async () => {
            if (options.dryRun === true) {
                return EXIT.done;
            }
            if (await confirmed(place.stack, options.confirm, context.terminal)) {
                return undefined;
            }
            console.log("Nothing was changed.");
            return EXIT.wrong;
        },
    };
}
