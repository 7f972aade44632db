import { join } from "node:path";
import { readHistory } from "../../engine/history";
import { findPlace, repairStates, type Place } from "../../engine/place";
import { policyFlags } from "../../engine/preview";
import { environment, openCluster } from "../../engine/target";
import { engine, engineFailure, engineOnTerminal } from "../../engine/update";
import { shellCommand, shellWord } from "../../shell";
import { EXIT } from "../../terminal/commandLine";
import { confirmed } from "../../terminal/confirm";
import { visible } from "../../terminal/foreign";
import { createProgress } from "../../terminal/progress";
import { paint, table, type Terminal, type Tone } from "../../terminal/text";
import type { Context } from "../command";
import { type Decision, decide } from "./plan";
import { lookAtLock, refresh, settle, unlockReleases, waitGone, writeState } from "./steps";

/** Number of past updates that are searched for the last successful one. */
const HISTORY = 50;

/** Command after the state is repaired. */
type Then = "up" | "destroy" | "nothing";

/** Options of `x0 recover`. */
export interface RecoverOptions {
    readonly stack?: string;
    readonly confirm?: string;
    readonly dryRun?: boolean;
    readonly then: Then;
    readonly adopt: readonly string[];
    readonly force?: boolean;
}

const TONES: Readonly<Record<Decision["action"], Tone>> = {
    adopt: "good",
    clear: "dim",
    wait: "warn",
    unlock: "warn",
    refuse: "bad",
};

/** The plan, one line per operation; the reason of a refusal is never truncated. */
export function decisionsText(decisions: readonly Decision[], terminal: Pick<Terminal, "columns" | "colour">): string {
    const rows = table(
        decisions.map(({ action, operation, object, why }) => [
            [action, TONES[action]],
            operation,
            object,
            action === "refuse" ? "" : why,
        ]),
        terminal,
    );
    return rows
        .map((row, index) => {
            const decision = decisions[index];
            return decision?.action === "refuse"
                ? `${row}\n      ${paint(visible(decision.why), "bad", terminal)}`
                : row;
        })
        .join("\n");
}

/** What to do about refused objects. */
export function refusalText(decisions: readonly Decision[], stack: string): string {
    const refused = decisions.filter(({ action }) => action === "refuse");
    const flags = refused.map(({ object }) => shellCommand("--adopt", object)).join(" ");
    return [
        "",
        `${refused.length} of these cannot be proven to belong to this stack. Nothing was changed.`,
        "  Managed elsewhere:  rename or remove it there, then run this again",
        `  Of this stack:      npx x0 recover --stack ${shellWord(stack)} ${flags}`,
    ].join("\n");
}

async function lastSuccess(place: Place): Promise<Date | undefined> {
    const updates = await readHistory(place, HISTORY);
    return updates.find(({ kind, result }) => kind === "update" && result === "succeeded")?.endedAt;
}

/** Runs the update, or the command of `--then`, to completion. */
async function goOn(place: Place, then: Then, context: Context): Promise<number> {
    if (then === "nothing") {
        console.log(
            `\nThe state is complete again. To see the remaining changes: npx x0 diff --stack ${shellWord(place.stack)}`,
        );
        return EXIT.done;
    }
    const policies = then === "up" ? policyFlags(join(context.paths.checkout, "policy"), place.stack) : [];
    if (context.terminal.interactive) {
        return (await engineOnTerminal(place, context.paths, [then, ...policies])) === 0 ? EXIT.done : EXIT.wrong;
    }
    const result = await engine(place, context.paths, [then, "--yes", "--skip-preview", ...policies], (line) => {
        console.log(line);
    });
    if (result.code !== 0) {
        console.error(engineFailure(`pulumi ${then}`, { ...result, stdout: "" }).message);
    }
    return result.code === 0 ? EXIT.done : EXIT.wrong;
}

/** Repairs a stack after a killed update. @returns the exit code. */
export async function recoverStack(options: RecoverOptions, context: Context): Promise<number> {
    const { stack, dryRun = false } = options;
    const { paths, terminal } = context;
    const progress = createProgress();

    if (await repairStates(stack, context)) {
        console.log("The state file was incomplete, and has been repaired.");
    }
    const place = await findPlace(stack, context);
    const cluster = await openCluster(place, true);
    const lock = await lookAtLock(place, options.force === true);
    if (lock.text === undefined && place.state.pending.length === 0) {
        console.log(`Stack ${place.stack}: nothing to recover, no lock and no pending operation.`);
        return EXIT.done;
    }
    if (!dryRun) {
        await progress.step("Waiting for the plugins of the interrupted update to exit", (step) =>
            settle(place, paths, step.update.bind(step)),
        );
    }
    const decisions = await decide({
        state: place.state,
        read: cluster.read,
        lastSuccess: await lastSuccess(place),
        environment: environment(place.stack).name,
        vouched: options.adopt,
    });
    console.log(`Stack ${place.stack}, context ${visible(cluster.target.context)}`);
    console.log(`  ${visible(lock.text ?? "lock: none")}`);
    console.log(decisions.length === 0 ? "  no pending operations" : decisionsText(decisions, terminal));
    if (decisions.some(({ action }) => action === "refuse")) {
        console.error(refusalText(decisions, place.stack));
        return EXIT.wrong;
    }
    if (dryRun) {
        return EXIT.done;
    }
    if (!(await confirmed(place.stack, options.confirm, terminal))) {
        console.log("Nothing was changed.");
        return EXIT.wrong;
    }
    await lock.free();
    await progress.step("Waiting for deletions", (step) => waitGone(decisions, cluster, step.update.bind(step)));
    await unlockReleases(decisions, cluster, context);
    if (decisions.length > 0) {
        await progress.step("Writing the state", () => writeState(place, decisions));
    }
    await progress.step("Reading the objects", () => refresh(place, paths));
    return goOn(place, options.then, context);
}
