import type { LocalPaths } from "../process/paths";
import { lookUp, toolFolder } from "./cache";
import { findOnPath } from "./probe";
import { thisPlatform, TOOLS } from "./table";
import type { Tool, ToolName } from "./types";

/**
 * Which tools are accepted. `compatible`: every version in the accepted range, whoever installed it. `verified`, for
 * jobs with credentials: on PATH only the pinned version; elsewhere only a release whose hash is recorded in
 * `hashes.ts`, or a build from Go modules, which the Go checksum database verifies.
 */
export type Trust = "compatible" | "verified";

/** An available tool, or the reasons why those on PATH are rejected. */
interface FoundTool {
    /** The tool; `undefined` when none is accepted. */
    readonly tool?: Tool;
    /** Why executables on PATH were rejected. */
    readonly rejected: readonly string[];
}

/** Looks for a tool in the cache: the official release first, then the build from Go modules. */
export async function findInCache(
    name: ToolName,
    paths: LocalPaths,
    trust: Trust = "compatible",
): Promise<Tool | undefined> {
    const { version, downloadVersion, companions } = TOOLS[name];
    for (const candidate of downloadVersion === undefined ? [version] : [downloadVersion, version]) {
        const cached = await lookUp(toolFolder(paths.tools, name, candidate, thisPlatform()));
        const isVerified =
            cached?.checked === "recorded" || (cached?.checked === "modules" && companions === undefined);
        if (cached !== undefined && (trust === "compatible" || isVerified)) {
            return { name, path: cached.path, version: cached.version, source: "cache" };
        }
    }
    return undefined;
}

/** Looks for a tool on PATH, then in the cache. */
export async function findTool(name: ToolName, paths: LocalPaths, trust: Trust = "compatible"): Promise<FoundTool> {
    const spec = TOOLS[name];
    const accepts = trust === "compatible" ? spec.accepts : (spec.downloadVersion ?? spec.version);
    const onPath = await findOnPath(name, { ...spec, accepts }, process.env.PATH);
    if (onPath.tool !== undefined) {
        return onPath;
    }
    const cached = await findInCache(name, paths, trust);
    return cached === undefined ? onPath : { tool: cached, rejected: [] };
}
