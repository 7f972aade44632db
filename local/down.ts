import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { deleteCluster } from "./controlPlane";
import { localPaths, type LocalPaths } from "../process/paths";
import type { Progress } from "../terminal/progress";
import { killStrays } from "../engine/strays";
import { withLock } from "../process/lock";

/**
 * Removes everything of this checkout's embedded run: processes, state and logs. The tool cache stays, since other
 * checkouts use it.
 */
export async function down(progress: Progress, paths: LocalPaths = localPaths()): Promise<void> {
    if (!existsSync(paths.root)) {
        progress.note("Nothing to remove: there is no embedded cluster of this checkout.");
        return;
    }
    const waiting = (pid: number) => {
        progress.note(`Waiting for process ${pid}, which is working on ${paths.root}`);
    };
    await withLock(join(paths.root, "run.lock"), waiting, () =>
        progress.step("Removing the embedded cluster", async () => {
            await killStrays(paths);
            await deleteCluster(paths);
        }),
    );
    await rm(paths.root, { recursive: true, force: true });
    progress.note(`Removed ${paths.root}. The tools stay in ${paths.cache}; remove that folder to free its space.`);
}
