import { join } from "node:path";
import type { LocalPaths } from "../process/paths";
import { run } from "../process/run";
import { buildOnce } from "./buildOnce";

/** What the build of the pack writes to its folder `bin`. */
const PROGRAMS = ["index.js", "check.js", "exceptions.js", "THIRD-PARTY-NOTICES.txt"];

/** Builds the policy pack where it is out of date, so that the rules in force are those of the sources. */
export async function buildPolicyPack(paths: Pick<LocalPaths, "checkout" | "logs">): Promise<void> {
    const build = {
        root: paths.checkout,
        inputs: ["policy", "package-lock.json"],
        outputs: PROGRAMS.map((name) => `policy/bin/${name}`),
        record: join(paths.checkout, "policy", "bin", "built.json"),
    };
    await buildOnce(build, async () => {
        await run(process.execPath, [require.resolve("tsx/cli"), "build.ts"], {
            cwd: join(paths.checkout, "policy"),
            logFile: join(paths.logs, "policy-build.log"),
        });
    });
}
