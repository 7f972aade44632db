import type { LocalPaths } from "../process/paths";
import { localPaths } from "../process/paths";
import type { Progress } from "../terminal/progress";
import { findTool } from "./find";
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
 * Takes well under 200 ms when all are there.
 * @param names Tools to get.
 * @param progress Told what is being got and which way was taken; nothing is told when all are there.
 * @param paths Default: those of this checkout.
 * @throws GoMissingError, BuildError, DiskFullError: their messages are for the user.
 */
export async function ensureTools<N extends ToolName>(
    names: readonly N[],
    progress: Progress,
    paths: LocalPaths = localPaths(),
): Promise<Record<N, Tool>> {
    const results = await Promise.all(names.map((name) => findTool(name, paths)));
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
        for (const tool of await getMissing(missing, progress, paths)) {
            found[tool.name] = tool;
        }
    }
    if (!isComplete(found, names)) {
        throw new Error(`Tools are missing: ${names.filter((name) => found[name] === undefined).join(", ")}`);
    }
    return found;
}
