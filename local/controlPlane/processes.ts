import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { run } from "../../process/run";

/** A running process of a cluster. */
interface ClusterProcess {
    /** Process id. */
    readonly pid: number;
    /** Component, e.g. `kube-apiserver`. */
    readonly component: string;
}

/** Milliseconds for a killed process to disappear. */
const GONE_MS = 5_000;

/** Every process id with the program it was started as. */
async function allPrograms(): Promise<{ pid: number; program: string }[]> {
    if (!existsSync("/proc/self/cmdline")) {
        const { stdout } = await run("ps", ["-axww", "-o", "pid=,args="]);
        return stdout.split("\n").flatMap((line) => {
            const match = /^\s*(\d+)\s+(.*)$/.exec(line);
            // A program's path may hold spaces; its arguments begin with " --".
            return match === null ? [] : [{ pid: Number(match[1]), program: (match[2] ?? "").split(" --")[0] ?? "" }];
        });
    }
    const pids = (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry));
    const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
    return pids.map((pid, index) => ({ pid: Number(pid), program: lines[index]?.split("\0")[0] ?? "" }));
}

/** The processes whose executable is in a cluster's `bin` folder: found by executable, never by a stale PID file. */
export async function clusterProcesses(bin: string): Promise<ClusterProcess[]> {
    const all = await allPrograms();
    return all
        .filter(({ program }) => dirname(program) === bin)
        .map(({ pid, program }) => ({ pid, component: basename(program) }));
}

/**
 * Kills all processes of a cluster and waits until they are gone.
 * @throws Error naming the processes that stay.
 */
export async function killProcesses(bin: string): Promise<void> {
    const end = performance.now() + GONE_MS;
    let left = await clusterProcesses(bin);
    while (left.length > 0) {
        if (performance.now() > end) {
            throw new Error(
                `Processes of the cluster do not exit: ${left.map(({ pid }) => pid).join(", ")}. End them with: kill -9 <id>`,
            );
        }
        for (const { pid } of left) {
            try {
                process.kill(pid, "SIGKILL");
            } catch {
                // It ended by itself.
            }
        }
        await sleep(20);
        left = await clusterProcesses(bin);
    }
}
