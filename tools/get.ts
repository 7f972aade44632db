import { join } from "node:path";
import type { LocalPaths } from "../process/paths";
import { CommandError } from "../process/run";
import type { Progress, Step } from "../terminal/progress";
import { DownloadError } from "./download";
import { findInCache, type Trust } from "./find";
import { downloadTool } from "./getDownload";
import { buildFamily } from "./goBuild";
import type { GoEnvironment } from "./goEnv";
import { goEnvironment, GoMissingError } from "./goEnv";
import { withLock } from "../process/lock";
import { HASHES } from "./hashes";
import { downloadsAnswerOnce } from "./online";
import type { Family } from "./table";
import { thisPlatform, TOOLS } from "./table";
import type { Tool, ToolName } from "./types";

/** Hint about installing Go, for the message about missing tools. */
const GO_HINT = "Install Go from https://go.dev/dl/ (or set GOTOOLCHAIN=auto to let an older Go fetch a newer one)";

/** Asks whether the official downloads answer, and reports in one line where the tools come from. */
async function chooseWay(missing: readonly ToolName[], progress: Progress): Promise<boolean> {
    const answer = await progress.step("Checking for official downloads", downloadsAnswerOnce);
    const what = missing.join(", ");
    progress.note(
        answer
            ? `Not installed yet: ${what}. Downloading the official releases.`
            : `Not installed yet: ${what}. The official downloads do not answer, so they are built from Go modules: once, about 20 minutes for all on 2 cores.`,
    );
    return answer;
}

/** The release of a tool for this machine has a recorded hash. */
function isRecorded(name: ToolName): boolean {
    const url = TOOLS[name].release(thisPlatform())?.url;
    return url !== undefined && url in HASHES;
}

/** Names every tool that can neither be verified as a release nor be built, and how to record its hash. */
function unverified(names: readonly ToolName[]): Error {
    const lines = names.map((name) => {
        const { version, downloadVersion, release } = TOOLS[name];
        const url = release(thisPlatform())?.url ?? "a release for this platform";
        return `${name} ${downloadVersion ?? version} cannot be verified: tools/hashes.ts has no SHA-256 of ${url}`;
    });
    return new Error(
        [
            ...lines,
            "  Print the lines for that file, on a machine that you trust:",
            `    npx tsx tools/printHashes.ts ${names.join(" ")}`,
            "  Compare them with the release page, add them to tools/hashes.ts and commit that file.",
        ].join("\n"),
    );
}

/** Tools by family, in the order of the table. */
function byFamily(names: readonly ToolName[]): Map<Family, ToolName[]> {
    const families = new Map<Family, ToolName[]>();
    for (const name of names) {
        const family = TOOLS[name].family;
        families.set(family, [...(families.get(family) ?? []), name]);
    }
    return families;
}

/** Downloads what can be downloaded; a failure is reported in one line and leaves the tool to the build. */
async function downloadAll(
    names: readonly ToolName[],
    paths: LocalPaths,
    progress: Progress,
    step: Step,
): Promise<Tool[]> {
    const got: Tool[] = [];
    for (const name of names) {
        try {
            const tool = await downloadTool(name, thisPlatform(), paths, step);
            if (tool !== undefined) {
                got.push(tool);
                if (!isRecorded(name)) {
                    progress.note(
                        `${name} was checked against the checksum of its publisher; tools/hashes.ts has none.`,
                    );
                }
            }
        } catch (error) {
            if (!(error instanceof DownloadError || error instanceof CommandError)) {
                throw error;
            }
            progress.note(`The download of ${name} failed, so it is built from Go modules. ${error.message}`);
        }
    }
    return got;
}

/** Finds Go for a family. @throws GoMissingError that names every missing tool and how to get Go. */
async function requireGo(family: Family, names: readonly ToolName[]): Promise<GoEnvironment> {
    try {
        return await goEnvironment(family, thisPlatform());
    } catch (error) {
        if (!(error instanceof GoMissingError)) {
            throw error;
        }
        const wanted = names.map((name) => `${name} ${TOOLS[name].version}`).join(", ");
        throw new GoMissingError(
            `Missing: ${wanted}. They are neither on PATH nor in the cache, their official downloads do not answer, and they cannot be built: ${error.message}.\n${GO_HINT}, or put the tools on PATH, then run the command again.`,
        );
    }
}

/** Gets the missing tools of one family while no other process does. */
async function getFamily(
    family: Family,
    names: readonly ToolName[],
    download: boolean,
    progress: Progress,
    paths: LocalPaths,
    trust: Trust,
): Promise<Tool[]> {
    return progress.step(`Getting ${names.join(", ")}`, (step) =>
        withLock(
            join(paths.tools, `.lock-${family}`),
            (pid) => {
                step.update(`waiting for process ${pid}, which is getting ${family}`);
            },
            async () => {
                // The previous holder of the lock may have installed some of them.
                const cached = await Promise.all(names.map((name) => findInCache(name, paths, trust)));
                const got = cached.filter((tool) => tool !== undefined);
                const left = () => names.filter((name) => !got.some((tool) => tool.name === name));
                if (download) {
                    const wanted = left().filter((name) => trust === "compatible" || isRecorded(name));
                    got.push(...(await downloadAll(wanted, paths, progress, step)));
                }
                const incomplete = left().filter((name) => TOOLS[name].companions !== undefined);
                if (trust === "verified" && incomplete.length > 0) {
                    throw new Error(
                        `The verified release of ${incomplete.join(", ")} could not be downloaded, and a build from Go ` +
                            "modules would lack its companions. Run the command again when the downloads answer.",
                    );
                }
                if (left().length > 0) {
                    const go = await requireGo(family, left());
                    got.push(...(await buildFamily(family, left(), go, thisPlatform(), paths, step)));
                }
                return got;
            },
        ),
    );
}

/**
 * Gets tools that are neither on PATH nor in the cache; one family after the other, since each build uses all cores.
 */
export async function getMissing(
    missing: readonly ToolName[],
    progress: Progress,
    paths: LocalPaths,
    trust: Trust = "compatible",
): Promise<Tool[]> {
    const refused = missing.filter((name) => TOOLS[name].companions !== undefined && !isRecorded(name));
    if (trust === "verified" && refused.length > 0) {
        throw unverified(refused);
    }
    const download = await chooseWay(missing, progress);
    const families = byFamily(missing);
    if (!download) {
        // Before the first long build, so that this message does not come ten minutes late.
        for (const family of families.keys()) {
            await requireGo(family, missing);
        }
    }
    const got: Tool[] = [];
    for (const [family, names] of families) {
        got.push(...(await getFamily(family, names, download, progress, paths, trust)));
    }
    return got;
}
