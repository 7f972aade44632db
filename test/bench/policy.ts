import { spawn } from "node:child_process";
import { once } from "node:events";
import { goldenResources } from "../policy/golden";
import { analyzeRequest, stackRequest } from "../policy/analyzer";
import { PACK, packArguments, startPack } from "../support/policyPack";
import { median } from "./median";

/** Runs of each command; an odd number, for the median. */
const RUNS = 5;

/** Time until a Node process prints its first output or ends (ms). */
async function untilOutput(args: readonly string[]): Promise<number> {
    const started = performance.now();
    const child = spawn(process.execPath, args, { cwd: PACK, stdio: ["ignore", "pipe", "ignore"] });
    await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
    const milliseconds = performance.now() - started;
    child.kill();
    return milliseconds;
}

async function medianUntilOutput(args: readonly string[]): Promise<number> {
    const times: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
        times.push(await untilOutput(args));
    }
    return median(times);
}

/** Prints the startup time of the built policy pack, compared with a Node.js process that does nothing. */
export async function policyStart(): Promise<void> {
    const nothing = await medianUntilOutput(["--eval", "console.log()"]);
    const pack = await medianUntilOutput(packArguments(PACK));
    console.log(
        `\nPolicy pack start: ${pack.toFixed(0)} ms, an empty Node process ${nothing.toFixed(0)} ms; ` +
            `ratio ${(pack / nothing).toFixed(1)} (medians of ${RUNS})`,
    );
}

/**
 * Prints the processor time of packs for the staging stack: from the start of the process until it listens, and until it has
 * evaluated every resource and the stack.
 * @param emptyPack Folder of a pack without policies.
 */
export async function policyStaging(emptyPack: string): Promise<void> {
    const resources = goldenResources("staging");
    const requests = resources.map(({ type, name, inputs }) => analyzeRequest(type, name, inputs));
    const whole = stackRequest(resources.map(({ type, name, inputs }) => ({ type, name, props: inputs })));
    const packs = { "without policies": emptyPack, ours: PACK };
    const times = new Map(Object.keys(packs).map((title) => [title, { start: [] as number[], end: [] as number[] }]));
    for (let run = 0; run < RUNS; run += 1) {
        for (const [title, folder] of Object.entries(packs)) {
            const pack = await startPack(folder);
            times.get(title)?.start.push(pack.processorTime());
            for (const request of requests) {
                await pack.analyze(request);
            }
            await pack.analyzeStack(whole);
            times.get(title)?.end.push(pack.processorTime());
            pack.stop();
        }
    }
    console.log(`\nPolicy packs, ${resources.length} resources of staging (processor time, medians of ${RUNS})`);
    for (const [title, { start, end }] of times) {
        const [first, last] = [start, end].map((values) => (median(values) / 1000).toFixed(2));
        console.log(`  ${title.padEnd(18)}start ${first} s, start and evaluation ${last} s`);
    }
}
