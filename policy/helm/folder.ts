import { existsSync, readlinkSync } from "node:fs";
import * as path from "node:path";

/**
 * The folder of the Pulumi project, to which the paths in a release are relative. A pack runs in its own folder and
 * does not receive the project's: it is the working directory of the CLI, the parent process, and usually of the shell.
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

/** Working directory of the parent process; available only on Linux. */
function folderOfParent(): string | undefined {
    try {
        return readlinkSync(`/proc/${process.ppid}/cwd`);
    } catch {
        return undefined;
    }
}

/** The nearest folder with a project file, starting from a folder and going up. */
function projectAbove(folder: string): string | undefined {
    if (["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"].some((file) => existsSync(path.join(folder, file)))) {
        return folder;
    }
    const above = path.dirname(folder);
    return above === folder ? undefined : projectAbove(above);
}
