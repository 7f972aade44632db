import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pulumiEnvironment } from "../../../engine/environment";
import type { LocalPaths } from "../../../process/paths";
import type { RunResult } from "../../../process/run";
import { buildPolicyPack } from "../../../engine/policyPack";
import { PulumiCli } from "../../../engine/pulumi";
import { serveStandIns } from "../../../engine/standIns";
import { ensureTools, officialPlugins } from "../../../tools";
import { progress } from "./embedded";

/** The Pulumi CLI with a separate backend, without a cluster. */
export interface OfflinePulumi {
    /** Runs the CLI in a folder, with additional variables if given; never throws for an exit code. */
    readonly pulumi: (cwd: string, args: readonly string[], more?: NodeJS.ProcessEnv) => Promise<RunResult>;
    /** Path of helm. */
    readonly helm: string;
}

/** Prepares the CLI under these paths, and builds the policy pack. */
export async function offlinePulumi(paths: LocalPaths): Promise<OfflinePulumi> {
    await mkdir(paths.logs, { recursive: true });
    const tools = await ensureTools(["pulumi", "helm"], progress, paths);
    const route = await officialPlugins(tools.pulumi, progress, paths);
    await serveStandIns(paths, route.standIns);
    await buildPolicyPack(paths);
    const env = await pulumiEnvironment(paths, tools.pulumi, route);
    return {
        pulumi: (cwd, args, more) =>
            new PulumiCli(tools.pulumi.path, { ...env, ...more }, cwd).call(args, {
                logFile: join(paths.logs, "pulumi.log"),
                timeoutMs: 120_000,
            }),
        helm: tools.helm.path,
    };
}
