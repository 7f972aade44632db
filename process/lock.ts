import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

/** Content of a lock file: its holder. */
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

/** Milliseconds between two checks of a lock that another process holds. */
const POLL_MS = 250;

/** Milliseconds after which a file that marks the removal of a lock is a left-over itself; removing takes one. */
const BREAKER_MS = 10_000;

/** Whether an error is the system's of this code, e.g. `ENOENT`. */
function hasCode(error: unknown, code: string): boolean {
    return error instanceof Error && "code" in error && error.code === code;
}

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
        if (hasCode(error, "ESRCH")) {
            return false;
        }
    }
    const started = await startTime(holder.pid);
    return started === "" || holder.started === "" || started === holder.started;
}

/** Who holds a lock; `"free"` for no file, `undefined` for one that cannot be read. */
async function readHolder(file: string): Promise<Holder | "free" | undefined> {
    let text: string;
    try {
        text = await readFile(file, "utf8");
    } catch (error) {
        return hasCode(error, "ENOENT") ? "free" : undefined;
    }
    try {
        return holderSchema.parse(JSON.parse(text));
    } catch {
        return undefined;
    }
}

/** Tries to create the lock file, as a link to a complete one, so that no process reads a partial file. */
async function tryCreate(file: string, holder: Holder): Promise<boolean> {
    const finished = `${file}.${holder.token}`;
    await writeFile(finished, JSON.stringify(holder));
    try {
        await link(finished, file);
        return true;
    } catch (error) {
        if (hasCode(error, "EEXIST")) {
            return false;
        }
        throw error;
    } finally {
        await rm(finished, { force: true });
    }
}

/** Whether a holder that was read counts as gone. A lock that cannot be read was damaged, e.g. by a power cut. */
async function isStale(holder: Holder | undefined): Promise<boolean> {
    return holder === undefined || !(await isAlive(holder));
}

/**
 * Removes a stale lock. This requires a second lock file and another check: otherwise a process could remove the lock
 * that another one has just taken over.
 */
async function breakLock(file: string): Promise<void> {
    const breaker = `${file}.breaking`;
    try {
        await writeFile(breaker, "", { flag: "wx" });
    } catch {
        const age = await stat(breaker).then(
            ({ mtimeMs }) => Date.now() - mtimeMs,
            () => 0,
        );
        if (age > BREAKER_MS) {
            await rm(breaker, { force: true });
        }
        await sleep(POLL_MS);
        return;
    }
    const holder = await readHolder(file);
    if (holder !== "free" && (await isStale(holder))) {
        await rm(file, { force: true });
    }
    await rm(breaker, { force: true });
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
    while (!(await tryCreate(file, own))) {
        const holder = await readHolder(file);
        if (holder === "free") {
            continue;
        }
        if (await isStale(holder)) {
            await breakLock(file);
            continue;
        }
        if (!waiting && holder !== undefined) {
            waiting = true;
            onWait(holder.pid);
        }
        await sleep(POLL_MS);
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
