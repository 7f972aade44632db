import type { LocalPaths } from "../process/paths";
import { localPaths } from "../process/paths";
import type { Progress } from "../terminal/progress";
import { findTool, type Trust } from "./find";
import { getMissing } from "./get";
import type { Tool, ToolName } from "./types";

export type { Tool, ToolName, ToolSource } from "./types";
export { officialPlugins } from "./plugins";
export type { PluginName, PluginRoute } from "./plugins";

/** Whether a record has an entry for each of the names. */
function isComplete<N extends ToolName>(
    found: Partial<Record<ToolName, Tool>>,
    names: readonly N[],
): found is Record<N, Tool> {
    return names.every((name) => found[name] !== undefined);
}

/**
 * Gets every named tool: from PATH, the cache, the official download or a build from Go modules, in this order.
 * Takes well under 200 ms when all are available.
 * @param names Tools to get.
 * @param progress Receives what is being installed and from where; nothing when all are available.
 * @param paths Default: those of this checkout.
 * @param trust Which tools serve. Default: every compatible one.
 * @throws GoMissingError; Error when a build fails, a disk is full or a tool cannot be verified: the messages are for the user.
 */
export async function ensureTools<N extends ToolName>(
    names: readonly N[],
    progress: Progress,
    paths: LocalPaths = localPaths(),
    trust: Trust = "compatible",
): Promise<Record<N, Tool>> {
    const results = await Promise.all(names.map((name) => findTool(name, paths, trust)));
    const found: Partial<Record<ToolName, Tool>> = {};
    const missing: ToolName[] = [];
    names.forEach((name, index) => {
        const result = results[index];
        if (result?.tool === undefined) {
            missing.push(name);
            result?.rejected.forEach((reason) => {
                progress.note(`Not used: ${reason}`);
            });
        } else {
            found[name] = result.tool;
        }
    });
    if (missing.length > 0) {
        for (const tool of await getMissing(missing, progress, paths, trust)) {
            found[tool.name] = tool;
        }
    }
    if (!isComplete(found, names)) {
        throw new Error(`Tools are missing: ${names.filter((name) => found[name] === undefined).join(", ")}`);
    }
    return found;
}
