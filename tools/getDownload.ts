import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { LocalPaths } from "../process/paths";
import type { Step } from "../terminal/progress";
import { makeStaging, place, toolFolder } from "./cache";
import { downloadRelease } from "./download";
import { diskFull, isDiskFull } from "./disk";
import { askVersion } from "./probe";
import type { Platform } from "./table";
import { TOOLS } from "./table";
import type { Tool, ToolName } from "./types";

/** What the official releases of all tools take, for the message about a full disk. */
const NEEDED_SPACE = "1.5 GB";

/** Bytes as megabytes, for the progress line. */
const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

/**
 * Downloads the official release of one tool into the cache. The caller holds the family's lock.
 * @returns `undefined` where there is no release for this platform.
 * @throws DownloadError, CommandError; Error when a disk is full.
 */
export async function downloadTool(
    name: ToolName,
    platform: Platform,
    paths: LocalPaths,
    step: Step,
): Promise<Tool | undefined> {
    const spec = TOOLS[name];
    const release = spec.release(platform);
    if (release === undefined) {
        return undefined;
    }
    step.update(`downloading ${name}`);
    const staging = await makeStaging(paths.tools, spec.family);
    try {
        const folder = join(staging, name);
        await mkdir(folder);
        const checked = await downloadRelease(release, folder, name, (bytes, total) => {
            const whole = total === undefined ? "" : ` of ${megabytes(total)}`;
            step.update(`downloading ${name}: ${megabytes(bytes)}${whole}`);
        });
        const version = await askVersion(join(folder, name), spec);
        const target = toolFolder(paths.tools, name, spec.downloadVersion ?? spec.version, platform);
        const cached = await place(folder, target, { version, binary: name, checked }, spec.companions);
        return { name, ...cached, source: "download" };
    } catch (error) {
        throw isDiskFull(error) ? await diskFull(`downloading ${name}`, NEEDED_SPACE, [paths.tools]) : error;
    } finally {
        await rm(staging, { recursive: true, force: true });
    }
}
