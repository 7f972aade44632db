import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { LocalPaths } from "../process/paths";
import { run } from "../process/run";

/** Timeout for a killed process to exit (ms). */
const GONE_MS = 5_000;

/**
 * Kills the processes that an interrupted run left: the CLI, its plugins and the program continue without their parent,
 * and would change the stack during the next run. They are identified by this run's `PULUMI_HOME` in their environment,
 * so that no other process of the user is killed.
 * @throws Error that names processes that do not exit.
 */
export async function killStrays(paths: LocalPaths): Promise<void> {
    const mark = `PULUMI_HOME=${paths.pulumiHome}`;
    const end = performance.now() + GONE_MS;
    for (let left = await processesWith(mark); left.length > 0; left = await processesWith(mark)) {
        if (performance.now() > end) {
            throw new Error(`Processes of an earlier run do not exit: kill -9 ${left.join(" ")}`);
        }
        for (const pid of left) {
            try {
                process.kill(pid, "SIGKILL");
            } catch {
                // It ended by itself.
            }
        }
        await sleep(20);
    }
}

/** Ids of the processes that have an exact variable in their environment. */
async function processesWith(variable: string): Promise<number[]> {
    if (!existsSync("/proc/self/environ")) {
        const { stdout } = await run("ps", ["-axww", "-E", "-o", "pid=,command="]);
        return stdout
            .split("\n")
            .filter((line) => line.includes(` ${variable} `))
            .map((line) => Number.parseInt(line, 10));
    }
    const pids = (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry));
    const environments = await Promise.all(
        // Processes of other users cannot be read, and do not belong to this run.
        pids.map((pid) => readFile(`/proc/${pid}/environ`, "utf8").catch(() => "")),
    );
    return pids.filter((_, index) => environments[index]?.split("\0").includes(variable)).map(Number);
}

/** The Kubernetes plugin in a command line. */
const PLUGIN = /(^|\/)pulumi-resource-kubernetes(\.exe)?(\s|$)/;

/** The Pulumi CLI in a command line. */
const CLI = /^(\S*\/)?pulumi(\.exe)?(\s|$)/;

/**
 * The Kubernetes plugins of this user whose CLI was killed: they work on, and a Helm operation takes minutes.
 * @param list Output of `ps -o pid=,ppid=,args=`.
 */
export function orphansIn(list: string): number[] {
    const processes = list.split("\n").flatMap((line) => {
        const [, pid, parent, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
        return args === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), args }];
    });
    const owners = new Set(processes.filter(({ args }) => CLI.test(args)).map(({ pid }) => pid));
    return processes.filter(({ args, parent }) => PLUGIN.test(args) && !owners.has(parent)).map(({ pid }) => pid);
}

/** {@link orphansIn} of the processes that run now. */
export async function orphanedPlugins(): Promise<number[]> {
    const { stdout } = await run("ps", ["-xwwo", "pid=,ppid=,args="]);
    return orphansIn(stdout);
}
