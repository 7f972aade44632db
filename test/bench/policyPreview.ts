import { join } from "node:path";
import type { LocalPaths } from "../../local/paths";
import { run } from "../../local/process";
import type { Progress } from "../../local/progress";
import { openWorkspace } from "../../local/workspace";

/** Previews of each sort; an odd number, for the median. */
const RUNS = 5;

/** Prints what the policy pack adds to a preview of the staging stack: previews with and without it, taking turns. */
export async function policyPreview(progress: Progress, paths: LocalPaths): Promise<void> {
    const { pulumi, env, configFile } = await openWorkspace("staging", progress, paths);
    const flags = ["--stack", "staging", "--config-file", configFile, "--non-interactive", "--color", "never"];
    const pack = ["--policy-pack", "policy", "--policy-pack-config", join("policy", "config", "staging.json")];
    const preview = async (more: readonly string[]): Promise<number> => {
        const started = performance.now();
        const options = { cwd: paths.checkout, env, logFile: join(paths.logs, "bench.log"), timeoutMs: 300_000 };
        await run(pulumi, ["preview", ...flags, ...more], options);
        return performance.now() - started;
    };
    await preview(pack);
    const times: { without: number; withPack: number }[] = [];
    for (let turn = 0; turn < RUNS; turn += 1)
        times.push({ without: await preview([]), withPack: await preview(pack) });
    const [without, withPack] = [median(times.map((time) => time.without)), median(times.map((time) => time.withPack))];
    const share = (100 * (withPack - without)) / without;
    console.log(
        `\nPreview of staging: ${(without / 1000).toFixed(1)} s, with the policy pack ${(withPack / 1000).toFixed(1)} s; ` +
            `it adds ${share.toFixed(0)} % (aim: 15 %; medians of ${RUNS}, taking turns)`,
    );
}

function median(times: readonly number[]): number {
    return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}
