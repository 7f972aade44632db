import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { LocalPaths } from "../../process/paths";

/** Value of `--chart` that restores the source in the stack file. */
export const OWN_SOURCE = "default";

/** A packed chart for monitoring, which overrides the stack file. */
export interface ChosenChart {
    /** Absolute path. */
    readonly file: string;
    /** Whether an earlier run chose it, and this one has no `--chart`. */
    readonly remembered: boolean;
}

/** File with a stack's choice: it is removed with the cluster. */
const recordOf = (paths: LocalPaths, stack: string) => join(paths.stacks, `chart.${stack}`);

/**
 * The packed chart of a run: the one given, else the one of the last run on this cluster, since an update without it
 * would remove monitoring.
 * @param asked What `--chart` says.
 * @returns `undefined` where the stack's own source counts.
 */
export async function chosenChart(
    paths: LocalPaths,
    stack: string,
    asked: string | undefined,
): Promise<ChosenChart | undefined> {
    if (asked === OWN_SOURCE) {
        await rm(recordOf(paths, stack), { force: true });
        return undefined;
    }
    if (asked !== undefined) {
        return { file: resolve(asked), remembered: false };
    }
    const record = recordOf(paths, stack);
    return existsSync(record) ? { file: await readFile(record, "utf8"), remembered: true } : undefined;
}

/** Saves a choice for the next run. */
export async function rememberChart(paths: LocalPaths, stack: string, file: string): Promise<void> {
    await mkdir(paths.stacks, { recursive: true });
    await writeFile(recordOf(paths, stack), file);
}
