import { existsSync, readlinkSync } from "node:fs";
import * as path from "node:path";

/**
 * The folder of the Pulumi project, which the paths in a release start from. A pack runs in its own folder and is not told
 * the project's: the CLI, which has started it, is there, and so is mostly the shell that has started the CLI.
 */
export function projectFolder(): string {
    const starts = [folderOfParent(), process.env.PWD, process.cwd()].filter((folder) => folder !== undefined);
    for (const start of starts) {
        const found = projectAbove(start);
        if (found !== undefined) {
            return found;
        }
    }
    return process.cwd();
}

/** Where the process that has started this one is; only Linux tells. */
function folderOfParent(): string | undefined {
    try {
        return readlinkSync(`/proc/${process.ppid}/cwd`);
    } catch {
        return undefined;
    }
}

/** The nearest folder with a project file, a folder itself or one above it. */
function projectAbove(folder: string): string | undefined {
    if (["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"].some((file) => existsSync(path.join(folder, file)))) {
        return folder;
    }
    const above = path.dirname(folder);
    return above === folder ? undefined : projectAbove(above);
}
