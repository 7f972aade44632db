import { appendFile } from "node:fs/promises";
import { dirname } from "node:path";
import { CannotRun } from "../errors";
import { localPaths } from "../process/paths";
import type { Progress } from "../terminal/progress";
import { ensureTools, type ToolName } from "../tools";
import { TOOLS } from "../tools/table";
import { required } from "./github";

/**
 * Installs tools at their pinned versions and puts them on the PATH of the job's next steps. The job has cluster
 * credentials, so only verified tools are used: see `Trust` in tools/find.ts.
 * @returns one line for each tool; outside of a job of GitHub with its path.
 * @throws Error that names the tools whose hash is not recorded.
 */
export async function provideTools(
    names: readonly string[],
    progress: Progress,
    env: NodeJS.ProcessEnv,
): Promise<string[]> {
    const unknown = names.filter((name) => !isTool(name));
    if (unknown.length > 0) {
        throw new CannotRun(
            `unknown tool ${unknown.join(", ")}: must be ${Object.keys(TOOLS).join(", ")}`,
            "npx x0 pipeline tools --help",
        );
    }
    const found = Object.values(await ensureTools(names.filter(isTool), progress, localPaths(), "verified"));
    const missing = found.filter(({ source }) => source !== "PATH");
    // Outside of a job nothing is told where they are but the person who asked.
    if (env.GITHUB_ACTIONS !== "true") {
        return found.map(({ name, version, source, path }) => `${name} ${version} from ${source}: ${path}`);
    }
    if (missing.length > 0) {
        await appendFile(required(env, "GITHUB_PATH"), missing.map(({ path }) => `${dirname(path)}\n`).join(""));
    }
    return found.map(({ name, version, source }) => `${name} ${version} from ${source}`);
}

function isTool(name: string): name is ToolName {
    return Object.hasOwn(TOOLS, name);
}
