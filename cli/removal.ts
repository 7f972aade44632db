import { CannotRun } from "../errors";
import { type Context, EXIT, type Flags, parse } from "./command";
import { confirmed } from "../terminal/confirm";
import { findPlace, type Place } from "../engine/place";

/** Flag without which commands that remove things leave prod alone. */
const PROD_FLAG = "allow-prod";

const FLAGS = {
    confirm: { type: "string" },
    "dry-run": { type: "boolean" },
    [PROD_FLAG]: { type: "boolean" },
} as const satisfies Flags;

/** The flags of a command that removes things, for its help. */
export const REMOVAL_FLAGS = `  --stack NAME     staging or prod
  --confirm NAME   the stack's name instead of a question;
                   needed without a terminal
  --${PROD_FLAG}     needed for prod
  --dry-run        show what goes and end
  --help           print this`;

/** A command that removes things, as it was called. */
export interface Removal {
    /** The stack. */
    readonly place: Place;
    /** To be asked when it is shown what goes. @returns the exit code to end with; `undefined` to go on. */
    readonly stopped: () => Promise<number | undefined>;
}

/**
 * Keeps commands that remove things away from prod unless their flag is given.
 * @throws CannotRun that names the flag.
 */
export function guardProd(stack: string, allowed: boolean | undefined, command: string): void {
    if (stack === "prod" && allowed !== true) {
        throw new CannotRun(
            `stack prod is left alone by ${command} unless you say so`,
            `npm run ${command} -- --stack prod --${PROD_FLAG}`,
        );
    }
}

/** Reads the command line of a command that removes things, and finds its stack. */
export async function openRemoval(command: string, argv: readonly string[], context: Context): Promise<Removal> {
    const { values, stack } = parse(command, argv, FLAGS);
    const place = await findPlace(stack, context);
    guardProd(place.stack, values[PROD_FLAG], command);
    return {
        place,
        stopped: async () => {
            if (values["dry-run"] === true) {
                return EXIT.done;
            }
            if (await confirmed(place.stack, values.confirm, context.terminal)) {
                return undefined;
            }
            console.log("Nothing was changed.");
            return EXIT.wrong;
        },
    };
}
