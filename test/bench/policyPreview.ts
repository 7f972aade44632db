import { join } from "node:path";
import type { LocalPaths } from "../../process/paths";
import type { Progress } from "../../terminal/progress";
import { failureText } from "../../engine/pulumi";
import { openWorkspace } from "../../local/workspace";
import { median } from "./median";

/** Previews of each kind; an odd number, for the median. */
const RUNS = 7;

/**
 * Prints what the policy pack adds to a preview of the staging stack, compared with a pack without policies: previews
 * without one and with each, interleaved.
 * @param emptyPack Folder of the latter.
 */
export async function policyPreview(progress: Progress, paths: LocalPaths, emptyPack: string): Promise<void> {
    const { cli, configFile } = await openWorkspace("staging", progress, paths);
    const flags = ["--stack", "staging", "--config-file", configFile];
    const packs: Readonly<Record<string, readonly string[]>> = {
        none: [],
        empty: ["--policy-pack", emptyPack],
        ours: ["--policy-pack", "policy", "--policy-pack-config", join("policy", "config", "staging.json")],
    };
    const preview = async (pack: string): Promise<number> => {
        const started = performance.now();
        const options = { cwd: paths.checkout, logFile: join(paths.logs, "bench.log"), timeoutMs: 300_000 };
        const result = await cli.call(["preview", ...flags, ...(packs[pack] ?? [])], options);
        if (result.code !== 0) {
            throw new Error(failureText(result));
        }
        return performance.now() - started;
    };
    const times = new Map(Object.keys(packs).map((pack): [string, number[]] => [pack, []]));
    await preview("ours");
    for (let turn = 0; turn < RUNS; turn += 1) {
        for (const [pack, measured] of times) {
            measured.push(await preview(pack));
        }
    }
    const medianOf = (pack: string) => median(times.get(pack) ?? []);
    const added = (pack: string) => `${(100 * (medianOf(pack) / medianOf("none") - 1)).toFixed(0)} %`;
    console.log(
        `\nPreview of staging: ${(medianOf("none") / 1000).toFixed(1)} s; the policy pack adds ${added("ours")} (aim: 15 %), ` +
            `a pack without policies ${added("empty")} (medians of ${RUNS}, interleaved)`,
    );
}
