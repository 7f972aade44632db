import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

/** What a lock file says about who holds it. */
const holderSchema = z.object({
    /** Process id of the holder. */
    pid: z.number().int().positive(),
    /** When the process started, in the system's own unit; tells a process from a later one of the same id. */
    started: z.string(),
    /** Random, so that a holder knows its own lock again. */
    token: z.string(),
});

/** See {@link holderSchema}. */
type Holder = z.infer<typeof holderSchema>;

/** Milliseconds between two looks at a lock that somebody else holds. */
const pollMs = 250;

/** Start time of a process as Linux tells it; empty where that cannot be read. */
async function startTime(pid: number): Promise<string> {
    try {
        const stat = await readFile(`/proc/${pid}/stat`, "utf8");
        // The second field, the name, may hold spaces; the start time is the 20th field after it.
        return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
    } catch {
        return "";
    }
}

/** Whether a holder still runs. */
async function isAlive(holder: Holder): Promise<boolean> {
    try {
        process.kill(holder.pid, 0);
    } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ESRCH") {
            return false;
        }
    }
    const started = await startTime(holder.pid);
    return started === "" || holder.started === "" || started === holder.started;
}

/** Who holds a lock; `"free"` for no file, `undefined` for one that nobody finished writing. */
async function readHolder(file: string): Promise<Holder | "free" | undefined> {
    let text: string;
    try {
        text = await readFile(file, "utf8");
    } catch {
        return "free";
    }
    try {
        return holderSchema.parse(JSON.parse(text));
    } catch {
        return undefined;
    }
}

/** Tries to create the lock file. */
async function tryCreate(file: string, holder: Holder): Promise<boolean> {
    try {
        await writeFile(file, JSON.stringify(holder), { flag: "wx" });
        return true;
    } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "EEXIST") {
            return false;
        }
        throw error;
    }
}

/** Moves a stale lock out of the way: by renaming, so that of several who try only one succeeds. */
async function breakLock(file: string, stale: Holder | undefined, token: string): Promise<void> {
    const aside = `${file}.${token}`;
    try {
        await rename(file, aside);
    } catch {
        return;
    }
    const moved = await readHolder(aside);
    if (moved !== undefined && moved !== "free" && moved.token !== stale?.token) {
        // Somebody took the lock over between the look and the rename: it is theirs.
        await rename(aside, file);
        return;
    }
    await rm(aside, { force: true });
}

/**
 * Runs `work` while no other process holds the same lock. The lock of a process that is gone is taken over.
 * @param file Lock file; its folder is created.
 * @param onWait Called once with the holder's process id when there is something to wait for.
 */
export async function withLock<T>(file: string, onWait: (pid: number) => void, work: () => Promise<T>): Promise<T> {
    const own: Holder = { pid: process.pid, started: await startTime(process.pid), token: randomUUID() };
    await mkdir(dirname(file), { recursive: true });
    let waiting = false;
    let unreadable = 0;
    while (!(await tryCreate(file, own))) {
        const holder = await readHolder(file);
        if (holder === "free") {
            continue;
        }
        // A lock is written at once; one that stays unreadable was cut off while being written.
        unreadable = holder === undefined ? unreadable + 1 : 0;
        if (unreadable > 4 || (holder !== undefined && !(await isAlive(holder)))) {
            await breakLock(file, holder, own.token);
            continue;
        }
        if (!waiting && holder !== undefined) {
            waiting = true;
            onWait(holder.pid);
        }
        await sleep(pollMs);
    }
    try {
        return await work();
    } finally {
        const holder = await readHolder(file);
        if (holder !== undefined && holder !== "free" && holder.token === own.token) {
            await rm(file, { force: true });
        }
    }
}
