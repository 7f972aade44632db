import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { LocalPaths } from "../process/paths";
import { run } from "../process/run";
import type { Step } from "../terminal/progress";
import { makeStaging, place, toolFolder } from "./cache";
import { downloadRelease } from "./download";
import { diskFull, isDiskFull } from "./disk";
import { askVersion } from "./probe";
import type { Platform } from "./table";
import { tools } from "./table";
import type { Tool, ToolName } from "./types";

/** Milliseconds for the Pulumi SDK to install the CLI: some 150 MB over a slow line. */
const AUTOMATION_TIMEOUT_MS = 300_000;

/**
 * Lets the Pulumi SDK install the CLI of its own release, with the language hosts. In a process of its own: what it
 * starts has no time limit, and its modules take a second to load.
 */
async function installPulumi(root: string): Promise<void> {
    const automation = require.resolve("@pulumi/pulumi/automation");
    const script =
        "require(process.argv[1]).PulumiCommand.install({ root: process.argv[2] }).catch((e) => { console.error(e.message); process.exit(1); })";
    await run(process.execPath, ["-e", script, automation, root], { timeoutMs: AUTOMATION_TIMEOUT_MS });
}

/** What the official releases of all tools take, for the message about a full disk. */
const NEEDED_SPACE = "1.5 GB";

/** Bytes as megabytes, for the progress line. */
const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

/**
 * Downloads the official release of one tool into the cache. The caller holds the family's lock.
 * @returns `undefined` where there is no release for this platform.
 * @throws DownloadError, CommandError, DiskFullError
 */
export async function downloadTool(
    name: ToolName,
    platform: Platform,
    paths: LocalPaths,
    step: Step,
): Promise<Tool | undefined> {
    const spec = tools[name];
    const release = spec.release === "automation" ? spec.release : spec.release(platform);
    if (release === undefined) {
        return undefined;
    }
    step.update(`downloading ${name}`);
    const staging = await makeStaging(paths.tools, spec.family);
    try {
        const folder = join(staging, name);
        await mkdir(folder);
        let binary: string = name;
        let others: string[] = [];
        if (release === "automation") {
            await installPulumi(folder);
            binary = join("bin", name);
            others = (spec.companions ?? []).map((companion) => join("bin", companion));
        } else {
            await downloadRelease(release, folder, name, (bytes, total) => {
                const whole = total === undefined ? "" : ` of ${megabytes(total)}`;
                step.update(`downloading ${name}: ${megabytes(bytes)}${whole}`);
            });
        }
        const version = await askVersion(join(folder, binary), spec);
        const target = toolFolder(paths.tools, name, spec.downloadVersion ?? spec.version, platform);
        return { name, ...(await place(folder, target, version, binary, others)), source: "download" };
    } catch (error) {
        throw isDiskFull(error) ? await diskFull(`downloading ${name}`, NEEDED_SPACE, [paths.tools]) : error;
    } finally {
        await rm(staging, { recursive: true, force: true });
    }
}
