import { build } from "esbuild";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { failureText } from "../../engine/pulumi";
import { type Resource, resourceSchema } from "../../engine/state";
import { EXTERNAL } from "../../loader/bundle.cjs";
import { openWorkspace } from "../../local/workspace";
import type { LocalPaths } from "../../process/paths";
import type { Progress } from "../../terminal/progress";
import { writeFloor, writeProject } from "./floor";
import { type Measured, measureRuns, type MeasureRun } from "./measured";
import { median } from "./median";

/** Mesh apps in one program: about 100, 1,000 and 10,000 resources. */
const SIZES = [5, 50, 500];

/** Runs of each size. The largest takes minutes, and varies little. */
const RUNS = [5, 3, 1];

/** Mesh apps that are deployed to the cluster. */
const DEPLOYED = 100;

/**
 * Has the CLI write the state once, at the end. A file backend writes all of it at each step, which takes more than ten
 * minutes for so many resources, and is no cost of the program.
 */
const WRITTEN_ONCE = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };

/** What is read of `pulumi preview --json`. */
const previewSchema = z.object({ steps: z.array(z.object({ newState: resourceSchema.optional() })) });

/** Builds the program with many mesh apps. @returns its folder */
async function writeProgram(folder: string): Promise<string> {
    writeProject(folder, "growth");
    await build({
        entryPoints: [join(__dirname, "growthProgram.ts")],
        outfile: join(folder, "index.js"),
        bundle: true,
        platform: "node",
        target: "node20",
        external: EXTERNAL,
        logLevel: "warning",
    });
    return folder;
}

/** A size of the program, and what its runs took. */
interface Size {
    readonly resources: number;
    readonly own: Measured;
    readonly floor: Measured;
}

const medians = (runs: readonly Measured[]): Measured => ({
    wall: median(runs.map(({ wall }) => wall)),
    processor: median(runs.map(({ processor }) => processor)),
    memory: median(runs.map(({ memory }) => memory)),
});

/**
 * Prints how the program grows with the number of its resources: what a resource costs between one size and the next, in
 * previews of a new stack, beside the floor of the same size ({@link writeFloor}). Then deploys many mesh apps to the cluster.
 */
export async function growth(progress: Progress, paths: LocalPaths): Promise<void> {
    const { cli, configFile } = await openWorkspace("staging", progress, paths);
    const state = join(paths.root, "growth-state");
    mkdirSync(state, { recursive: true });
    const backend = { PULUMI_BACKEND_URL: `file://${state}` };
    const folder = await writeProgram(join(paths.root, "growth"));
    const target = ["--stack", "staging"];
    const measureRun = measureRuns(cli, paths);
    const run = async (...[args, from, variables]: Parameters<MeasureRun>) => {
        const done = await measureRun([...args, ...target], from, { ...backend, ...variables });
        if (done.result.code !== 0) {
            throw new Error(failureText(done.result));
        }
        return done;
    };
    await cli.call(["stack", "init", "staging"], { cwd: folder, env: backend });
    const config = ["--config-file", configFile];

    async function previews(apps: number, runs: number): Promise<Size> {
        const variables = { BENCH_APPS: String(apps) };
        const { result } = await run(["preview", "--json", "--show-secrets", ...config], folder, variables);
        const resources = previewSchema
            .parse(JSON.parse(result.stdout))
            .steps.flatMap(({ newState }): Resource[] => (newState === undefined ? [] : [newState]));
        const floorFolder = writeFloor(join(paths.root, "growth-floor"), resources);
        const own: Measured[] = [];
        const floor: Measured[] = [];
        for (let turn = 0; turn < runs; turn += 1) {
            floor.push((await run(["preview", ...config], floorFolder)).measured());
            own.push((await run(["preview", ...config], folder, variables)).measured());
        }
        return { resources: resources.length, own: medians(own), floor: medians(floor) };
    }

    console.log("\nGrowth of one program: previews of new stacks, and what each further resource takes");
    let before: Size | undefined;
    for (const [index, apps] of SIZES.entries()) {
        const size = await previews(apps, RUNS[index] ?? 1);
        console.log(`  ${String(size.resources).padStart(6)} resources`);
        for (const kind of ["floor", "own"] as const) {
            console.log(
                `    ${kind.padEnd(6)}${totals(size[kind])}${before === undefined ? "" : slope(before, size, kind)}`,
            );
        }
        before = size;
    }

    const variables = { BENCH_APPS: String(DEPLOYED) };
    const up = await run(["up", "--yes", "--skip-preview", ...config], folder, { ...variables, ...WRITTEN_ONCE });
    const deployed = up.measured();
    const again = (await run(["preview", ...config], folder, variables)).measured();
    console.log(`  ${DEPLOYED} mesh apps on one cluster: deployed${totals(deployed)}; previewed again${totals(again)}`);
    rmSync(state, { recursive: true, force: true });
}

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

const totals = ({ wall, processor, memory }: Measured) =>
    ` ${seconds(wall)}, its Node.js process ${seconds(processor)}, ${memory.toFixed(0)} MiB`;

/** What each further resource takes: that of the engine and the plugins is in the wall time. */
function slope(before: Size, after: Size, kind: "own" | "floor"): string {
    const further = (what: keyof Measured) =>
        (after[kind][what] - before[kind][what]) / (after.resources - before.resources);
    return `; a resource ${further("wall").toFixed(1)} ms, ${further("processor").toFixed(1)} ms, ${(further("memory") * 1024).toFixed(0)} KiB`;
}
