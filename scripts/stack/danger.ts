import { CannotRun } from "../../test/smoke/cannotRun";

/** Flag without which commands that remove things leave prod alone. */
export const PROD_FLAG = "allow-prod";

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
