import { join } from "node:path";
import type { LocalPaths } from "../process/paths";
import { CommandError } from "../process/run";
import type { Progress, Step } from "../terminal/progress";
import { DownloadError } from "./download";
import { findInCache } from "./find";
import { downloadTool } from "./getDownload";
import { buildFamily } from "./goBuild";
import type { GoEnvironment } from "./goEnv";
import { goEnvironment, GoMissingError } from "./goEnv";
import { withLock } from "../process/lock";
import { downloadsAnswerOnce } from "./online";
import type { Family } from "./table";
import { thisPlatform, tools } from "./table";
import type { Tool, ToolName } from "./types";

/** How to get Go, for the message about what is missing. */
const GO_HINT = "Install Go from https://go.dev/dl/ (or set GOTOOLCHAIN=auto to let an older Go fetch a newer one)";

/** Asks whether the official downloads answer and says in one line which way is taken. */
async function chooseWay(missing: readonly ToolName[], progress: Progress): Promise<boolean> {
    const answer = await progress.step("Looking for official downloads", downloadsAnswerOnce);
    const what = missing.join(", ");
    progress.note(
        answer
            ? `Not here yet: ${what}. Downloading the official releases.`
            : `Not here yet: ${what}. The official downloads do not answer, so they are built from Go modules: once, about 20 minutes for all on 2 cores.`,
    );
    return answer;
}

/** Tools by family, in the order of the table. */
function byFamily(names: readonly ToolName[]): Map<Family, ToolName[]> {
    const families = new Map<Family, ToolName[]>();
    for (const name of names) {
        const family = tools[name].family;
        families.set(family, [...(families.get(family) ?? []), name]);
    }
    return families;
}

/** Downloads what can be downloaded; a failure is told in one line and leaves the tool to the build. */
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

/** Finds Go for a family, or says all that is missing and how to get it. */
async function requireGo(family: Family, names: readonly ToolName[]): Promise<GoEnvironment> {
    try {
        return await goEnvironment(family, thisPlatform());
    } catch (error) {
        if (!(error instanceof GoMissingError)) {
            throw error;
        }
        const wanted = names.map((name) => `${name} ${tools[name].version}`).join(", ");
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
): Promise<Tool[]> {
    return progress.step(`Getting ${names.join(", ")}`, (step) =>
        withLock(
            join(paths.tools, `.lock-${family}`),
            (pid) => {
                step.update(`waiting for process ${pid}, which is getting ${family}`);
            },
            async () => {
                // Whoever held the lock may have got some of them.
                const cached = await Promise.all(names.map((name) => findInCache(name, paths)));
                const got = cached.filter((tool) => tool !== undefined);
                const left = () => names.filter((name) => !got.some((tool) => tool.name === name));
                if (download) {
                    got.push(...(await downloadAll(left(), paths, progress, step)));
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

/** Gets tools that are neither on PATH nor in the cache; one family after the other, since each build uses all cores. */
export async function getMissing(missing: readonly ToolName[], progress: Progress, paths: LocalPaths): Promise<Tool[]> {
    const download = await chooseWay(missing, progress);
    const families = byFamily(missing);
    if (!download) {
        // Before the first long build, so that nobody waits ten minutes for this message.
        for (const family of families.keys()) {
            await requireGo(family, missing);
        }
    }
    const got: Tool[] = [];
    for (const [family, names] of families) {
        got.push(...(await getFamily(family, names, download, progress, paths)));
    }
    return got;
}
