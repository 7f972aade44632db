import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { failureText } from "../../engine/pulumi";
import { parseState } from "../../engine/state";
import { openWorkspace } from "../../local/workspace";
import type { LocalPaths } from "../../process/paths";
import type { Progress } from "../../terminal/progress";
import { writeFloor } from "./floor";
import { median } from "./median";

/** Runs of each sort; an odd number, for the median. */
const RUNS = 7;

/** Loaded by every Node process of a run: the one of the program leaves what it used. */
const RECORDER = `if (process.argv[1]?.includes("/cmd/run")) {
    process.on("exit", () => {
        const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
        const used = { processor: (userCPUTime + systemCPUTime) / 1000, memory: maxRSS / 1024 };
        require("node:fs").writeFileSync(process.env.BENCH_USAGE, JSON.stringify(used));
    });
}
`;

const usageSchema = z.object({ processor: z.number(), memory: z.number() });

/** What a run took. */
interface Measured {
    /** From start to end (ms). */
    readonly wall: number;
    /** Processor time of the program's Node process (ms). */
    readonly processor: number;
    /** Most memory of the program's Node process (MiB). */
    readonly memory: number;
}

/**
 * Prints what the program costs beside the least program that registers the same resources ({@link writeFloor}), on an
 * updated stack: previews and updates without a change, taking turns.
 */
export async function programCost(progress: Progress, paths: LocalPaths): Promise<void> {
    const { cli, configFile } = await openWorkspace("staging", progress, paths);
    const flags = ["--stack", "staging", "--config-file", configFile];
    const exported = await cli.call(["stack", "export", "--stack", "staging", "--show-secrets"]);
    const floor = writeFloor(join(paths.root, "floor"), parseState(exported.stdout).resources);
    const recorder = join(paths.root, "recorder.cjs");
    const usage = join(paths.root, "usage.json");
    writeFileSync(recorder, RECORDER);
    const env = { NODE_OPTIONS: `--require ${recorder}`, BENCH_USAGE: usage };
    const pack = ["--policy-pack", join(paths.checkout, "policy"), "--policy-pack-config"];
    const policies = [...pack, join(paths.checkout, "policy", "config", "staging.json")];

    async function measure(args: readonly string[], cwd: string): Promise<Measured> {
        rmSync(usage, { force: true });
        const started = performance.now();
        const logFile = join(paths.logs, "bench.log");
        const result = await cli.call([...args, ...flags, "--diff"], { cwd, env, logFile, timeoutMs: 300_000 });
        const wall = performance.now() - started;
        if (result.code !== 0 || /^\s*[+~-]\d* to /m.test(result.stdout)) {
            throw new Error(`not a run without changes: ${failureText(result)}\n${result.stdout}`);
        }
        return { wall, ...usageSchema.parse(JSON.parse(readFileSync(usage, "utf8"))) };
    }

    const sorts: Readonly<Record<string, () => Promise<Measured>>> = {
        "preview, floor": () => measure(["preview"], floor),
        "preview, program": () => measure(["preview"], paths.checkout),
        "preview, program and policies": () => measure(["preview", ...policies], paths.checkout),
        "update, floor": () => measure(["up", "--yes", "--skip-preview"], floor),
        "update, program": () => measure(["up", "--yes", "--skip-preview"], paths.checkout),
    };
    const results = new Map(Object.keys(sorts).map((sort): [string, Measured[]] => [sort, []]));
    for (let turn = 0; turn < RUNS; turn += 1) {
        for (const [sort, run] of Object.entries(sorts)) {
            results.get(sort)?.push(await run());
        }
    }
    console.log(`\nThe program beside its floor, staging without changes (medians of ${RUNS}, taking turns)`);
    for (const [sort, measured] of results) {
        const base = results.get(`${sort.split(",")[0] ?? ""}, floor`) ?? [];
        const of = (runs: readonly Measured[], what: keyof Measured) => median(runs.map((run) => run[what]));
        const figure = (what: keyof Measured, digits: number, unit: string) =>
            `${(of(measured, what) / (unit === "s" ? 1000 : 1)).toFixed(digits)} ${unit} (${(of(measured, what) / of(base, what)).toFixed(2)})`;
        console.log(
            `  ${sort.padEnd(30)} ${figure("wall", 2, "s")}, its Node process ${figure("processor", 2, "s")}, ${figure("memory", 0, "MiB")}`,
        );
    }
}
