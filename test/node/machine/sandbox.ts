import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rmdir, writeFile } from "node:fs/promises";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Namespaces of its own for mounts, network and processes. With its first process, which dies with its parent, the kernel
 * ends every process in it and takes its mounts, interfaces, iptables rules and IP sets away: nothing can be left.
 */
const UNSHARE = ["--mount", "--net", "--pid", "--fork", "--mount-proc", "--kill-child=SIGKILL"] as const;

/** bash, since the first process of a PID namespace has to reap what its descendants leave. */
const REAPER = ["bash", "-c", '"$@"; exit $?', "sandbox"] as const;

/** Parent of the node's control groups. */
export const CGROUP = "x0tta6bl4-node";

/** Where control groups are mounted. */
const CGROUP_ROOT = "/sys/fs/cgroup";

/** Longest wait until a killed process has left its control group (ms). */
const EMPTY_MS = 10_000;

/** Kernel settings that a kubelet changes for the whole machine. */
const KERNEL_SETTINGS = ["vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops"] as const;

/** A running sandbox. */
export interface Sandbox {
    /** Id of its first process, as seen from outside. */
    readonly pid: number;
    /** Its exit code, once everything in it has ended; 128 and the signal's number where it was ended by one. */
    readonly ended: Promise<number>;
    /** Ends everything in it at once. */
    readonly end: () => void;
}

/** Starts a command as the first in a sandbox, which also ends with this process, however that ends. */
export async function enterSandbox(command: readonly string[], env: NodeJS.ProcessEnv): Promise<Sandbox> {
    const args = ["--pdeathsig", "KILL", "unshare", ...UNSHARE, ...REAPER, ...command];
    const child = spawn("setpriv", args, { stdio: "inherit", env });
    const ended = new Promise<number>((resolve, reject) => {
        child.once("error", reject);
        child.once("exit", (code, signal) => {
            resolve(code ?? 128 + constants.signals[signal ?? "SIGKILL"]);
        });
    });
    return { pid: await firstProcess(child), ended, end: () => child.kill("SIGKILL") };
}

/** The process that `unshare` starts, which is the first of the new namespaces. */
async function firstProcess({ pid, exitCode }: ChildProcess): Promise<number> {
    while (pid !== undefined && exitCode === null) {
        const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
        if (children.trim() !== "") {
            return Number(children.trim().split(" ")[0]);
        }
        await sleep(20);
    }
    throw new Error("the sandbox did not start: unshare failed");
}

/** Reads the kernel settings. @returns a function that writes them back. */
export async function rememberKernelSettings(): Promise<() => Promise<void>> {
    const files = KERNEL_SETTINGS.map((name) => join("/proc/sys", name));
    const values = await Promise.all(files.map((file) => readFile(file, "utf8").catch(() => undefined)));
    return async () => {
        for (const [index, value] of values.entries()) {
            const file = files[index];
            if (file !== undefined && value !== undefined && (await readFile(file, "utf8")) !== value) {
                await writeFile(file, value);
            }
        }
    };
}

/** Folders of the node's control groups: one in each hierarchy of version 1, one in all with version 2. */
async function cgroupFolders(): Promise<string[]> {
    const hierarchies = await readdir(CGROUP_ROOT, { withFileTypes: true });
    return [
        CGROUP_ROOT,
        ...hierarchies.filter((entry) => entry.isDirectory()).map(({ name }) => join(CGROUP_ROOT, name)),
    ]
        .map((folder) => join(folder, CGROUP))
        .filter((folder, index, all) => all.indexOf(folder) === index);
}

/** Makes the node's control groups: a kubelet starts only where they are. */
export async function makeCgroups(): Promise<void> {
    for (const folder of await cgroupFolders()) {
        const isGroup = existsSync(join(dirname(folder), "cgroup.procs"));
        if (!isGroup || existsSync(folder)) {
            continue;
        }
        await mkdir(folder);
        // A new group of this hierarchy has no processor and no memory at first.
        for (const name of ["cpuset.cpus", "cpuset.mems"]) {
            if (existsSync(join(folder, name)) && existsSync(join(folder, "tasks"))) {
                await writeFile(join(folder, name), await readFile(join(dirname(folder), name), "utf8"));
            }
        }
    }
}

/** Removes a control group and those in it. */
async function removeCgroup(folder: string): Promise<void> {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
        if (entry.isDirectory()) {
            await removeCgroup(join(folder, entry.name));
        }
    }
    for (const end = Date.now() + EMPTY_MS; ;) {
        try {
            await rmdir(folder);
            return;
        } catch (error) {
            const code = error instanceof Error && "code" in error ? error.code : undefined;
            if (code === "ENOENT") {
                return;
            }
            if (code !== "EBUSY" || Date.now() > end) {
                throw error;
            }
            await sleep(100);
        }
    }
}

/** Removes the node's control groups, which outlive the processes in them. */
export async function removeCgroups(): Promise<void> {
    for (const folder of await cgroupFolders()) {
        await removeCgroup(folder);
    }
}
