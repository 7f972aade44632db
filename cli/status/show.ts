import { setTimeout as sleep } from "node:timers/promises";
import { findPlace } from "../../engine/place";
import { openCluster } from "../../engine/target";
import { CannotRun } from "../../errors";
import { EXIT } from "../../terminal/commandLine";
import { type Context, printJson } from "../command";
import { type Survey, survey } from "./survey";
import { statusText } from "./text";

/** Pause between two refreshes of `--watch` (ms). */
const WATCH_MS = 5_000;

/** Clears the terminal and moves the cursor to the top left. */
const CLEAR = "\u001b[2J\u001b[H";

/** Options of `x0 status`. */
export interface StatusOptions {
    readonly stack?: string;
    readonly watch?: boolean;
    readonly exitCode?: boolean;
    readonly json?: boolean;
}

async function surveyStack(stack: string | undefined, context: Context): Promise<Survey> {
    const place = await findPlace(stack, context);
    return survey(place, await openCluster(place), new Date());
}

/** Shows a stack once, or until Ctrl-C. @returns the exit code. */
export async function showStatus(options: StatusOptions, context: Context): Promise<number> {
    const { stack, watch = false, json = false } = options;
    const { terminal } = context;
    if (watch && (json || !terminal.interactive)) {
        throw new CannotRun("--watch needs a terminal, and excludes --json", "leave out --watch");
    }
    for (;;) {
        const found = await surveyStack(stack, context);
        if (json) {
            printJson(found);
        } else {
            console.log((watch ? CLEAR : "") + statusText(found, terminal, new Date()));
        }
        if (!watch) {
            return options.exitCode === true && !found.healthy ? EXIT.wrong : EXIT.done;
        }
        await sleep(WATCH_MS);
    }
}
