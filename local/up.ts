import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Cluster } from "./controlPlane";
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
 * Brings a stack up on this checkout's embedded cluster.
 * @param chart What `--chart` says: a packed chart that monitoring is installed from; unset: that of the last run.
 */
export async function up(
    stack: string,
    progress: Progress,
    paths: LocalPaths = localPaths(),
    chart?: string,
): Promise<RunningStack> {
    return inWorkspace(stack, progress, paths, chart, async (workspace) => {
        const { cluster, kubectl } = workspace;
        const changed = await progress.step(`Stack ${stack}`, (step) => workspace.stack.up(step));
        const outputsFile = join(paths.root, `outputs.${stack}.json`);
        const outputs = await progress.step("Outputs", () => workspace.stack.outputs());
        await writeFile(outputsFile, outputs);
        return { cluster, kubectl, outputs, outputsFile, changed };
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
