import { spawn } from "node:child_process";
import { rmSync, symlinkSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { Bed } from "./bed";
import type { FaultCase, Operation } from "./cases";
import { findKind } from "./processes";

/** How an operation under a fault ended. */
export interface Ended {
    /** Exit code; `undefined` when a signal ended it. */
    readonly code: number | undefined;
    /** Everything that it printed. */
    readonly text: string;
    /** Whether the fault came before its end. */
    readonly hit: boolean;
    /** What a second update and a recovery said that began meanwhile. */
    readonly meanwhile: readonly { readonly code: number; readonly text: string }[];
}

/** Lines in which the CLI reports that it has started on an object. */
const BEGINS = /\b(creating|updating|deleting|refreshing|importing)\b/;

/** Longest time for an operation (ms): one that hangs is a fault. */
const LONGEST_MS = 240_000;

/** A command that is interrupted. */
export interface Watched {
    readonly executable: string;
    readonly args: readonly string[];
    /** Its environment; default: that of the CLI. */
    readonly env?: NodeJS.ProcessEnv;
    /** Lines in which it reports that it has started on something; default: those of the CLI. */
    readonly begins?: RegExp;
}

/** Runs a command, and the fault of a case while it runs. */
export async function runUnder(bed: Bed, command: Watched, item: FaultCase): Promise<Ended> {
    const { executable, args, env = bed.space.cli.env, begins = BEGINS } = command;
    if (item.fault.kind === "kill" || item.fault.kind === "clock") {
        bed.server.trouble = "late";
    }
    const child = spawn(executable, args, {
        ...{ cwd: bed.small.checkout, env, detached: true, stdio: ["ignore", "pipe", "pipe"] },
    });
    const { pid } = child;
    const lines: string[] = [];
    let count = 0;
    let reached: () => void = () => undefined;
    const moment = new Promise<void>((resolve) => {
        reached = resolve;
    });
    const hear = (line: string) => {
        lines.push(line);
        count += begins.test(line) ? 1 : 0;
        if (count >= Math.max(1, item.begun)) {
            reached();
        }
    };
    for (const input of [child.stdout, child.stderr]) {
        createInterface({ input }).on("line", hear);
    }
    const ended = new Promise<number | undefined>((resolve) => {
        child.once("exit", (code) => {
            resolve(code ?? undefined);
        });
    });
    const limit = setTimeout(() => {
        if (pid !== undefined) {
            lines.push(`no end after ${LONGEST_MS / 1000} s`);
            kill(-pid);
        }
    }, LONGEST_MS);
    await Promise.race([ended, moment.then(() => sleep(item.delayMs))]);
    const hit = child.exitCode === null && child.signalCode === null && pid !== undefined;
    const meanwhile = hit ? await begin(bed, item, pid) : [];
    const code = await ended;
    clearTimeout(limit);
    // Disk space is back, and the API server answers, before anything is repaired.
    if (item.fault.kind === "disk") {
        rmSync(`${bed.stateFile}.attrs`, { force: true });
    }
    bed.server.trouble = "none";
    return { code, text: lines.join("\n"), hit, meanwhile };
}

/** Kills a process, or with a negative number its group. */
function kill(pid: number): void {
    try {
        process.kill(pid, "SIGKILL");
    } catch {
        // It ended by itself.
    }
}

/** Operations that change no object in the cluster. */
const READS: readonly Operation[] = ["refresh", "import"];

async function begin(bed: Bed, { operation, fault, lastsMs }: FaultCase, pid: number): Promise<Ended["meanwhile"]> {
    const mark = `PULUMI_HOME=${bed.paths.pulumiHome}`;
    switch (fault.kind) {
        case "kill": {
            const { victim } = fault;
            const pids = victim === "cli" ? [pid] : victim === "group" ? [-pid] : await findKind(victim, mark);
            // While an object is made that nothing has recorded.
            await (READS.includes(operation) ? undefined : bed.server.change());
            pids.forEach(kill);
            return [];
        }
        case "server":
            await bed.server.make(fault.trouble, lastsMs);
            return [];
        case "etcd":
            await bed.restartEtcd();
            return [];
        case "disk":
            // The attributes of the state are written just before it: the write fails as on a full disk.
            rmSync(`${bed.stateFile}.attrs`, { force: true });
            symlinkSync("/dev/full", `${bed.stateFile}.attrs`);
            return [];
        case "second": {
            const second = await bed.pulumi(["up", "--yes", "--skip-preview"]);
            const recovery = await bed.x0(["recover", "--stack", "staging", "--confirm", "staging"]);
            return [{ code: second.code, text: `${second.stdout}\n${second.stderr}` }, recovery];
        }
        case "clock": {
            // What a failed create leaves is needed; the clocks are set afterwards.
            const pids = await findKind("kubernetes", mark);
            await bed.server.change();
            pids.forEach(kill);
            return [];
        }
        case "object":
            return [];
    }
}
