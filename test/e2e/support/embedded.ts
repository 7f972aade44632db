import { rm } from "node:fs/promises";
import { join } from "node:path";
import { down } from "../../../local/down";
import { localPaths } from "../../../process/paths";
import type { RunResult } from "../../../process/run";
import { createProgress, type Progress } from "../../../terminal/progress";
import { openWorkspace, type Workspace } from "../../../local/workspace";
import { separatePaths } from "../../support/paths";

/** Paths of the tests' own embedded cluster; the user's cluster in `.local` is not touched. */
export const paths = separatePaths(localPaths(), ["e2e", process.env.E2E_PART ?? []].flat().join("-"));

/** Progress on the terminal: the first run on a machine builds the tools. */
export const progress: Progress = createProgress();

/**
 * The tests' cluster with a stack on it.
 * @param chartFile A packed chart from which monitoring is installed.
 */
export function workspace(stack: string, chartFile?: string): Promise<Workspace> {
    return openWorkspace(stack, progress, paths, chartFile);
}

/** A new cluster with a staging stack that has not been deployed. */
export async function newStack(): Promise<Workspace> {
    await removeAll();
    const space = await workspace("staging");
    await pulumi(space, ["stack", "init", "staging"], { cwd: paths.stacks });
    return space;
}

/** Options of {@link pulumi}. */
interface PulumiOptions {
    /** Working directory; default: the checkout. */
    readonly cwd?: string;
    /** Additional environment variables, besides the workspace's. */
    readonly env?: NodeJS.ProcessEnv;
    /** Stack file; default: the workspace's. */
    readonly configFile?: string;
}

/** Runs the CLI as a user would, without prompts; never throws for an exit code. */
export function pulumi(space: Workspace, args: readonly string[], options: PulumiOptions = {}): Promise<RunResult> {
    return space.cli.call(args, {
        cwd: options.cwd ?? paths.checkout,
        env: options.env,
        logFile: join(paths.logs, "e2e.log"),
        timeoutMs: 300_000,
    });
}

/** Runs a CLI command that takes a stack file: preview, up, refresh, destroy, config. */
export function onStack(
    space: Workspace,
    stack: string,
    args: readonly string[],
    options: PulumiOptions = {},
): Promise<RunResult> {
    const configFile = options.configFile ?? space.configFile;
    return pulumi(space, [...args, "--stack", stack, "--config-file", configFile], options);
}

/** Flag that adds the policy pack. */
export const POLICIES = ["--policy-pack", join(paths.checkout, "policy")];

/** Removes the tests' cluster and files. */
export async function removeAll(): Promise<void> {
    await down({ step: (_title, work) => work({ update: () => undefined }), note: () => undefined }, paths);
    await rm(paths.root, { recursive: true, force: true });
}

/** Everything that a CLI call printed. */
export function output({ stdout, stderr }: RunResult): string {
    return `${stdout}\n${stderr}`;
}
