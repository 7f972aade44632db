import { join } from "node:path";
import { findPlace, repairStates, type Place } from "../../engine/place";
import { policyFlags } from "../../engine/preview";
import { openCluster } from "../../engine/target";
import { engine, engineFailure, engineOnTerminal } from "../../engine/update";
import { shellCommand, shellWord } from "../../shell";
import { EXIT } from "../../terminal/commandLine";
import { confirmed } from "../../terminal/confirm";
import { visible, visibleLines } from "../../terminal/foreign";
import { createProgress } from "../../terminal/progress";
import { paint, table, type Terminal, type Tone } from "../../terminal/text";
import type { Context } from "../command";
import { Helm } from "../helm";
import { bringBack, needsHelm } from "./bringBack";
import type { Decision } from "./decision";
import { examine, pastUpdates } from "./examine";
import { lookAtLock, refresh, settle, waitGone, writeState } from "./steps";

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
    forget: "dim",
    rollback: "warn",
    uninstall: "warn",
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

/** Repairs a stack after an update that did not end well. @returns the exit code. */
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
    const updates = await pastUpdates(place);
    const killed = lock.text !== undefined || place.state.pending.length > 0;
    if (!dryRun && (killed || updates[0]?.result === "failed")) {
        await progress.step("Waiting for the plugins of the interrupted update to exit", (step) =>
            settle(place, paths, step.update.bind(step)),
        );
    }
    const { decisions, failure } = await progress.step("Comparing program, state and cluster", () =>
        examine(place, cluster.read, paths, { updates, killed, vouched: options.adopt }),
    );
    const idle = lock.text === undefined && decisions.length === 0;
    if (failure !== undefined) {
        console.error(unpreviewedText(failure, idle));
    }
    if (idle) {
        if (failure === undefined) {
            console.log(`Stack ${place.stack}: nothing to recover. ${IN_ORDER}`);
        }
        return failure === undefined ? EXIT.done : EXIT.wrong;
    }
    console.log(`Stack ${place.stack}, context ${visible(cluster.target.context)}`);
    console.log(`  ${visible(lock.text ?? "lock: none")}`);
    console.log(decisions.length === 0 ? "  nothing that an update left" : decisionsText(decisions, terminal));
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
    const helm = needsHelm(decisions) ? await Helm.find(cluster.target, progress, context) : undefined;
    await lock.free();
    await progress.step("Waiting for deletions", (step) => waitGone(decisions, cluster, step.update.bind(step)));
    if (helm !== undefined) {
        await progress.step("Bringing the Helm release back", () => bringBack(decisions, cluster.read, helm));
    }
    if (place.state.pending.length > 0 || decisions.some(({ action }) => action === "adopt")) {
        await progress.step("Writing the state", () => writeState(place, decisions));
    }
    await progress.step("Reading the objects", () => refresh(place, paths));
    return goOn(place, options.then, context);
}

/** What `recover` has verified where it has nothing to do. */
const IN_ORDER =
    "There is no lock and no pending operation, every object of the state exists, and none that the next update would create.";

/** That the program cannot be previewed, and what follows. */
function unpreviewedText(failure: string, idle: boolean): string {
    const rest = idle
        ? "There is no lock, no pending operation, and every object of the state exists. Fix what it names, then run this again."
        : "Objects of a failed update that the state does not have are found only by a preview. Fix what it names, and run this again after the recovery.";
    return `The program cannot be previewed:\n${visibleLines(failure).join("\n")}\n${rest}`;
}
