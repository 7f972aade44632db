import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { clusterIdentity } from "../../local/controlPlane/identity";
import { killProcesses } from "../../local/controlPlane/processes";
import { killStrays } from "../../engine/strays";
import { up } from "../../local/up";
import { runSmoke } from "../../smoke";
import { onStack, output, paths, progress, removeAll, workspace } from "./support/embedded";

/** What an interruption kills: the command, also its children, or also the cluster, as a crash of the machine does. */
type Cut = "command" | "children" | "cluster";

/**
 * When the run is killed (ms after its start), distributed over its phases: creation of the cluster, start of the
 * engine, creation of the objects, rollout, smoke tests. The first three have one cut of each kind.
 */
const CUTS: readonly [number, Cut][] = [
    [1_500, "command"],
    [9_000, "children"],
    [11_000, "cluster"],
    [400, "children"],
    [4_000, "children"],
    [7_000, "command"],
];

/** Number of runs that are interrupted; a nightly workflow interrupts all. Each takes a minute. */
const RUNS = Number(process.env.INTERRUPTED_RUNS ?? "3");

describe("An interrupted run", () => {
    beforeEach(removeAll);
    after(removeAll);

    for (const [milliseconds, cut] of CUTS.slice(0, RUNS)) {
        it(`whose ${cut} died after ${milliseconds} ms is completed by the next one`, async () => {
            await runAndKill(milliseconds, cut);
            const running = await up("staging", progress, paths);
            const { failed } = await runSmoke(running);
            assert.equal(failed, 0);
            const space = await workspace("staging");
            const again = await onStack(space, "staging", ["preview", "--expect-no-changes"]);
            assert.equal(again.code, 0, output(again));
        });
    }
});

/** Starts the run in a separate process and kills it with SIGKILL, so that it cannot clean up. */
async function runAndKill(milliseconds: number, cut: Cut): Promise<void> {
    const child = spawn(process.execPath, ["--require", "tsx/cjs", join(__dirname, "support", "upProcess.ts")], {
        stdio: "ignore",
    });
    await sleep(milliseconds);
    child.kill("SIGKILL");
    if (cut !== "command") {
        await killStrays(paths);
    }
    if (cut === "cluster") {
        await killProcesses(clusterIdentity(paths).bin);
    }
}
