import { mkdtempSync, rmSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Runs `work` with a new folder that is removed afterwards. @returns what `work` returns. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), "local-test-"));
    try {
        return await work(folder);
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

/** Folders of {@link lastingFolder}. */
const LASTING: string[] = [];

/** A new folder that is removed when this process ends, for data shared by several tests. */
export function lastingFolder(prefix: string): string {
    if (LASTING.length === 0) {
        process.once("exit", () => {
            LASTING.forEach((folder) => {
                rmSync(folder, { recursive: true, force: true });
            });
        });
    }
    const folder = mkdtempSync(join(tmpdir(), prefix));
    LASTING.push(folder);
    return folder;
}

/** Writes an executable shell script; its folder is created. */
export async function writeScript(file: string, body: string): Promise<string> {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `#!/bin/sh\n${body}\n`);
    await chmod(file, 0o755);
    return file;
}
