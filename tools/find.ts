import type { LocalPaths } from "../process/paths";
import { lookUp, toolFolder } from "./cache";
import { findOnPath } from "./probe";
import { thisPlatform, tools } from "./table";
import type { Tool, ToolName } from "./types";

/** A tool that is there already, or why what is on PATH does not serve. */
export interface Found {
    /** The tool, when there is one. */
    readonly tool?: Tool;
    /** Why executables on PATH were turned down. */
    readonly rejected: readonly string[];
}

/** Looks for a tool in the cache: the official release first, then the one built from Go modules. */
export async function findInCache(name: ToolName, paths: LocalPaths): Promise<Tool | undefined> {
    const { version, downloadVersion } = tools[name];
    for (const candidate of downloadVersion === undefined ? [version] : [downloadVersion, version]) {
        const cached = await lookUp(toolFolder(paths.tools, name, candidate, thisPlatform()));
        if (cached !== undefined) {
            return { name, ...cached, source: "cache" };
        }
    }
    return undefined;
}

/** Looks for a tool on PATH, then in the cache. */
export async function findTool(name: ToolName, paths: LocalPaths): Promise<Found> {
    const onPath = await findOnPath(name, tools[name], process.env.PATH);
    if (onPath.tool !== undefined) {
        return onPath;
    }
    const cached = await findInCache(name, paths);
    return cached === undefined ? onPath : { tool: cached, rejected: [] };
}
