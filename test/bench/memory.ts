import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Memory of several processes (MiB). */
export interface Memory {
    /** Each page counted for every process that has it (RSS). */
    readonly resident: number;
    /** Each page counted once, in equal parts for the processes that share it (PSS). */
    readonly proportional: number;
}

/** Time between two samples (ms). */
const INTERVAL_MS = 100;

/** Text of a file of /proc; empty where the process has ended. */
function read(path: string): string {
    try {
        return readFileSync(path, "utf8");
    } catch {
        return "";
    }
}

/** Processes that descend from a process. */
function descendants(root: number): number[] {
    const parents = new Map<number, number>();
    for (const name of readdirSync("/proc").filter((each) => /^\d+$/.test(each))) {
        // The name, in parentheses, may contain anything.
        const [, parent] = /.*\) \S (\d+)/s.exec(read(`/proc/${name}/stat`)) ?? [];
        parents.set(Number(name), Number(parent));
    }
    const descends = (pid: number | undefined): boolean =>
        pid !== undefined && (parents.get(pid) === root || descends(parents.get(pid)));
    return [...parents.keys()].filter(descends);
}

/** What all processes below this one take now. */
function taken(): Memory {
    const sum = { resident: 0, proportional: 0 };
    for (const pid of descendants(process.pid)) {
        const text = read(`/proc/${pid}/smaps_rollup`);
        const kib = (field: string) => Number(new RegExp(`^${field}: +(\\d+) kB`, "m").exec(text)?.[1] ?? 0);
        sum.resident += kib("Rss") / 1024;
        sum.proportional += kib("Pss") / 1024;
    }
    return sum;
}

/**
 * Most memory that the processes started by `work` take at one moment, sampled, while no other child of this process runs.
 * Linux only.
 */
export async function peakMemory(work: () => Promise<unknown>): Promise<Memory> {
    const before = taken();
    let peak: Memory = { resident: 0, proportional: 0 };
    const ended = work().then(() => "ended" as const);
    while ((await Promise.race([ended, sleep(INTERVAL_MS, "running" as const)])) === "running") {
        const now = taken();
        peak = {
            resident: Math.max(peak.resident, now.resident - before.resident),
            proportional: Math.max(peak.proportional, now.proportional - before.proportional),
        };
    }
    return peak;
}
