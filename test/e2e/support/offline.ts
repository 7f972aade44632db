import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pulumiEnvironment } from "../../../engine/environment";
import type { LocalPaths } from "../../../process/paths";
import { run, type RunResult } from "../../../process/run";
import { serveStandIns } from "../../../engine/standIns";
import { ensureTools, officialPlugins } from "../../../tools";
import { progress } from "./embedded";

/** The Pulumi CLI with a backend of its own, and no cluster. */
export interface OfflinePulumi {
    /** Runs it in a folder, with more variables where given; never throws for an exit code. */
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
    await run(process.execPath, [require.resolve("tsx/cli"), "build.ts"], {
        cwd: join(paths.checkout, "policy"),
        logFile: join(paths.logs, "policy-build.log"),
    });
    const env = await pulumiEnvironment(paths, tools.pulumi, route);
    return {
        pulumi: (cwd, args, more) =>
            run(tools.pulumi.path, [...args, "--non-interactive", "--color", "never"], {
                cwd,
                env: { ...env, ...more },
                logFile: join(paths.logs, "pulumi.log"),
                allowExit: true,
                timeoutMs: 120_000,
            }),
        helm: tools.helm.path,
    };
}
