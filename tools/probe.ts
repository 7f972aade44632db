import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { messageOf } from "../errors";
import { run } from "../process/run";
import { coerce, satisfies } from "semver";
import type { ToolSpec } from "./table";
import type { Tool, ToolName } from "./types";

/** Time in which a tool must print its version (ms). */
const VERSION_TIMEOUT_MS = 10_000;

/** Keeps tools from checking for updates or sending statistics while they print their version. */
const QUIET_ENVIRONMENT = { PULUMI_SKIP_UPDATE_CHECK: "true" };

/**
 * The version that an executable reports, without a leading `v`.
 * @throws CommandError when it does not run; Error when it prints none.
 */
export async function askVersion(path: string, spec: Pick<ToolSpec, "versionArgs">): Promise<string> {
    if (spec.versionArgs === undefined) {
        throw new Error(`${path} has no way to print its version`);
    }
    const { stdout, stderr } = await run(path, spec.versionArgs, {
        env: { ...process.env, ...QUIET_ENVIRONMENT },
        timeoutMs: VERSION_TIMEOUT_MS,
    });
    // Major, minor and patch of the first version: `Client Version: v1.32.4-dispatcher`, `v3.22+g1a2b3c4`.
    const version = coerce(stdout) ?? coerce(stderr);
    if (version === null) {
        throw new Error(`${path} prints no version`);
    }
    return version.version;
}

/** Whether a path is a file that may be executed. */
async function isExecutable(path: string): Promise<boolean> {
    try {
        await access(path, constants.X_OK);
        return (await stat(path)).isFile();
    } catch {
        return false;
    }
}

/** All executables of a name in the folders of a PATH, first one first. */
export async function executablesOnPath(name: string, path: string | undefined): Promise<string[]> {
    const candidates = (path ?? "")
        .split(delimiter)
        .filter(isAbsolute)
        .map((folder) => join(folder, name));
    const found = await Promise.all(candidates.map(isExecutable));
    return candidates.filter((_, index) => found[index]);
}

/** An accepted tool on PATH, or the reasons why there is none. */
interface PathResult {
    /** The tool, if one is accepted. */
    readonly tool?: Tool;
    /** One sentence for each executable that was rejected. */
    readonly rejected: readonly string[];
}

/** Checks one executable: its version when it serves, else the reason why not. */
async function judge(path: string, spec: ToolSpec): Promise<{ version: string } | { reason: string }> {
    for (const companion of spec.companions ?? []) {
        if (!(await isExecutable(join(dirname(path), companion)))) {
            return { reason: `${path} has no ${companion} beside it` };
        }
    }
    try {
        const version = await askVersion(path, spec);
        return satisfies(version, spec.accepts)
            ? { version }
            : { reason: `${path} is version ${version}, required is ${spec.accepts}` };
    } catch (error) {
        return { reason: `${path} does not answer: ${messageOf(error)}` };
    }
}

/** Looks for a tool on PATH that answers its version command, is of a version that serves and has its companions. */
export async function findOnPath(name: ToolName, spec: ToolSpec, path: string | undefined): Promise<PathResult> {
    const rejected: string[] = [];
    for (const candidate of await executablesOnPath(name, path)) {
        const verdict = await judge(candidate, spec);
        if ("version" in verdict) {
            return { tool: { name, path: candidate, version: verdict.version, source: "PATH" }, rejected };
        }
        rejected.push(verdict.reason);
    }
    return { rejected };
}
