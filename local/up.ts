import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Cluster } from "./controlPlane";
import { buildOnce } from "../engine/buildOnce";
import { checkAskedChart } from "./monitoring";
import { localPaths, type LocalPaths } from "../process/paths";
import type { Progress } from "../terminal/progress";
import { killStrays } from "../engine/strays";
import { withLock } from "../process/lock";
import { openWorkspace, type Workspace } from "./workspace";

/** A stack that runs on the embedded cluster. */
export interface RunningStack {
    /** The cluster. */
    readonly cluster: Cluster;
    /** How to call kubectl: by its name when it is on PATH, else by its path. */
    readonly kubectl: string;
    /** Outputs of the stack, as JSON text. */
    readonly outputs: string;
    /** File with the same outputs, for other commands. */
    readonly outputsFile: string;
    /** Whether the update changed anything. */
    readonly changed: boolean;
}

/**
 * Brings a stack up on this checkout's embedded cluster, unless all that decides an update is, byte for byte, what it was
 * in the last one, and so is the state that it left.
 * @param chart What `--chart` says: a packed chart that monitoring is installed from; unset: that of the last run.
 * @param refresh Whether to update in any case, and to compare the state with the cluster before.
 */
export async function up(
    stack: string,
    progress: Progress,
    paths: LocalPaths = localPaths(),
    chart?: string,
    refresh = false,
): Promise<RunningStack> {
    return inWorkspace(stack, progress, paths, chart, async (workspace) => {
        const { cluster, kubectl } = workspace;
        const outputsFile = join(paths.root, `outputs.${stack}.json`);
        let changed = false;
        const update = {
            ...(await workspace.origin()),
            outputs: [workspace.stack.stateFile, outputsFile],
            record: join(paths.root, `updated.${stack}.json`),
        };
        if (refresh) {
            await rm(update.record, { force: true });
        }
        const ran = await buildOnce(update, async () => {
            changed = await progress.step(`Stack ${stack}`, (step) => workspace.stack.up(step, refresh));
            await writeFile(outputsFile, await progress.step("Outputs", () => workspace.stack.outputs()));
        });
        if (!ran) {
            progress.note(
                `Stack ${stack} is up to date: program, policies, settings and state are those of the last run`,
            );
        }
        return { cluster, kubectl, outputs: await readFile(outputsFile, "utf8"), outputsFile, changed };
    });
}

/** Works on a stack of the embedded cluster while no other process does. */
export async function inWorkspace<T>(
    stack: string,
    progress: Progress,
    paths: LocalPaths,
    chart: string | undefined,
    work: (workspace: Workspace) => Promise<T>,
): Promise<T> {
    await checkAskedChart(chart);
    await mkdir(paths.root, { recursive: true });
    const waiting = (pid: number) => {
        progress.note(`Waiting for process ${pid}, which is working on ${paths.root}`);
    };
    return withLock(join(paths.root, "run.lock"), waiting, async () => {
        await killStrays(paths);
        return work(await openWorkspace(stack, progress, paths, chart));
    });
}
