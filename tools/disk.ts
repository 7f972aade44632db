import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { CommandError } from "../process/run";

/** Whether an error of this process, or the output of a child, reports a full disk. */
export function isDiskFull(error: unknown): boolean {
    if (error instanceof CommandError) {
        return /no space left on device|disk quota exceeded/i.test(error.tail);
    }
    return error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");
}

/** Free space of the file system that a folder is on, or will be, in MiB. */
export async function freeMiB(folder: string): Promise<number> {
    try {
        const { bavail, bsize } = await statfs(folder);
        return Math.floor((bavail * bsize) / 2 ** 20);
    } catch (error) {
        const parent = dirname(folder);
        if (parent === folder) {
            throw error;
        }
        return freeMiB(parent);
    }
}

/**
 * Says which disk is full.
 * @param what What was being done, e.g. `building kubernetes`.
 * @param needed Space that it takes in all, e.g. `4 GB`.
 * @param folders Folders that are written to on the way.
 */
export async function diskFull(what: string, needed: string, folders: readonly string[]): Promise<Error> {
    const lines = await Promise.all(folders.map(async (folder) => `  ${folder}: ${await freeMiB(folder)} MiB free`));
    return new Error(
        [
            `No space left on a disk while ${what}, which takes about ${needed} in`,
            ...lines,
            "Free some space and run the command again: it continues from there.",
        ].join("\n"),
    );
}
