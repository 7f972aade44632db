import { spawn } from "node:child_process";
import { once } from "node:events";
import { PACK, packArguments } from "../support/policyPack";
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
