import { join } from "node:path";
import type { LocalPaths } from "../process/paths";
import { run } from "../process/run";

/** Builds the policy pack, so that the rules in force are those of the sources. */
export async function buildPolicyPack(paths: Pick<LocalPaths, "checkout" | "logs">): Promise<void> {
    await run(process.execPath, [require.resolve("tsx/cli"), "build.ts"], {
        cwd: join(paths.checkout, "policy"),
        logFile: join(paths.logs, "policy-build.log"),
    });
}
