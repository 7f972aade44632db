import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { PulumiCli } from "../../engine/pulumi";
import type { LocalPaths } from "../../process/paths";
import type { RunResult } from "../../process/run";

/** Loaded by every Node.js process of a run: that of the program records what it used. */
const RECORDER = `if (process.argv[1]?.includes("/cmd/run/")) {
    process.on("exit", () => {
        const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
        const used = { processor: (userCPUTime + systemCPUTime) / 1000, memory: maxRSS / 1024 };
        require("node:fs").writeFileSync(process.env.BENCH_USAGE, JSON.stringify(used));
    });
}
`;

const usageSchema = z.object({ processor: z.number(), memory: z.number() });

/** What a run took. */
export interface Measured {
    /** From start to end (ms). */
    readonly wall: number;
    /** Processor time of the program's Node.js process (ms). */
    readonly processor: number;
    /** Most memory of the program's Node.js process (MiB). */
    readonly memory: number;
}

/** A run of the Pulumi CLI, and what it took. */
export interface MeasuredRun {
    /** The output and the exit code. */
    readonly result: RunResult;
    /** Reads what it took. @throws when the program recorded nothing, since it did not run to its end. */
    readonly measured: () => Measured;
}

/**
 * Runs the Pulumi CLI and measures it and the program.
 * @param args Arguments of the CLI.
 * @param folder Folder of the program.
 * @param variables Further environment variables.
 */
export type MeasureRun = (
    args: readonly string[],
    folder: string,
    variables?: NodeJS.ProcessEnv,
) => Promise<MeasuredRun>;

/** Longest that a run may take (ms). */
const TIME_LIMIT_MS = 1_200_000;

/** Measures runs of a CLI. @param paths where the recorder and its results go */
export function measureRuns(cli: PulumiCli, paths: LocalPaths): MeasureRun {
    const recorder = join(paths.root, "recorder.cjs");
    const usage = join(paths.root, "usage.json");
    writeFileSync(recorder, RECORDER);
    return async (args, cwd, variables = {}) => {
        rmSync(usage, { force: true });
        const env = { NODE_OPTIONS: `--require ${recorder}`, BENCH_USAGE: usage, ...variables };
        const started = performance.now();
        const result = await cli.call(args, {
            cwd,
            env,
            logFile: join(paths.logs, "bench.log"),
            timeoutMs: TIME_LIMIT_MS,
        });
        const wall = performance.now() - started;
        return { result, measured: () => ({ wall, ...usageSchema.parse(JSON.parse(readFileSync(usage, "utf8"))) }) };
    };
}
