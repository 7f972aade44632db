import { join } from "node:path";
import { createProgress } from "../../terminal/progress";
import { policyFlags } from "../../engine/preview";
import { type Command, type Context, EXIT, main, oneOf, parse } from "../command";
import { confirmed } from "../../terminal/confirm";
import { engine, engineFailure, engineOnTerminal } from "../../engine/update";
import { readHistory } from "../../engine/history";
import { findPlace, repairStates, type Place } from "../../engine/place";
import { environment, openCluster } from "../../engine/target";
import { paint, table, type Terminal, type Tone } from "../../terminal/text";
import { type Decision, decide } from "../recover/plan";
import { lookAtLock, refresh, settle, unlockReleases, waitGone, writeState } from "../recover/steps";

/** How many past updates are looked through for the last that succeeded. */
const HISTORY = 50;

const USAGE = `npx x0 recover [flags]

After an update that was killed: frees its lock, takes the
objects that it made but did not record into the state,
and runs the update to its end. What cannot be proven to
be this stack's own is refused, and nothing changes then.

  --stack NAME      staging or prod
  --confirm NAME    the stack's name, instead of the
                    question; needed without a terminal
  --dry-run         show what would be done
  --then WHAT       up (default), destroy or nothing
  --adopt OBJECT    "Kind namespace/name" that you know to
                    be this stack's; repeatable
  --force           free a lock whose holder cannot be
                    looked at (another machine, no file
                    backend); never one that runs
  --help            print this

Exit code: 0 recovered, or nothing to recover; 1 an object
was refused, or the update failed; 2 it could not begin`;

const TONES: Readonly<Record<Decision["action"], Tone>> = {
    adopt: "good",
    clear: "dim",
    wait: "warn",
    unlock: "warn",
    refuse: "bad",
};

/** What is to be done, a line an operation; a refusal's reason is never cut. */
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
            return decision?.action === "refuse" ? `${row}\n      ${paint(decision.why, "bad", terminal)}` : row;
        })
        .join("\n");
}

/** What to do about refused objects. */
function refusalText(decisions: readonly Decision[], stack: string): string {
    const refused = decisions.filter(({ action }) => action === "refuse");
    const flags = refused.map(({ object }) => `--adopt "${object}"`).join(" ");
    return [
        "",
        `${refused.length} of these cannot be proven to be this stack's own. Nothing was changed.`,
        "  Somebody else's:  rename or remove it there, then run this again",
        `  This stack's:     npx x0 recover --stack ${stack} ${flags}`,
    ].join("\n");
}

async function lastSuccess(place: Place): Promise<Date | undefined> {
    const updates = await readHistory(place, HISTORY);
    return updates.find(({ kind, result }) => kind === "update" && result === "succeeded")?.endedAt;
}

/** Runs the update, or what was asked for, to its end. */
async function goOn(place: Place, then: "up" | "destroy" | "nothing", context: Context): Promise<number> {
    if (then === "nothing") {
        console.log(`\nThe state is whole again. See what is left to do: npx x0 diff --stack ${place.stack}`);
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

/** `npx x0 recover`. */
export const recover: Command = {
    name: "recover",
    usage: USAGE,
    run: async (argv, context) => {
        const { values, stack } = parse("recover", argv, {
            confirm: { type: "string" },
            "dry-run": { type: "boolean" },
            then: { type: "string", default: "up" },
            adopt: { type: "string", multiple: true, default: [] },
            force: { type: "boolean" },
        });
        const then = oneOf("then", values.then, ["up", "destroy", "nothing"]);
        const { paths, terminal } = context;
        const progress = createProgress();

        if (await repairStates(stack, context)) {
            console.log("The state was half-written and has been repaired.");
        }
        const place = await findPlace(stack, context);
        const cluster = await openCluster(place, true);
        const lock = await lookAtLock(place, values.force === true);
        if (lock.text === undefined && place.state.pending.length === 0) {
            console.log(`Stack ${place.stack}: nothing to recover, no lock and no pending operation.`);
            return EXIT.done;
        }
        const dryRun = values["dry-run"] === true;
        if (!dryRun) {
            await progress.step("Letting the killed update's plugins end", (step) =>
                settle(place, paths, step.update.bind(step)),
            );
        }
        const decisions = await decide({
            state: place.state,
            read: cluster.read,
            lastSuccess: await lastSuccess(place),
            environment: environment(place.stack).name,
            vouched: values.adopt,
        });
        console.log(`Stack ${place.stack}, context ${cluster.target.context}`);
        console.log(`  ${lock.text ?? "lock: none"}`);
        console.log(decisions.length === 0 ? "  no pending operations" : decisionsText(decisions, terminal));
        if (decisions.some(({ action }) => action === "refuse")) {
            console.error(refusalText(decisions, place.stack));
            return EXIT.wrong;
        }
        if (dryRun) {
            return EXIT.done;
        }
        if (!(await confirmed(place.stack, values.confirm, terminal))) {
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
        return goOn(place, then, context);
    },
};

if (require.main === module) {
    void main(recover);
}
