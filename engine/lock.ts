import { existsSync, readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { run } from "../process/run";
import { backendFolder } from "./pulumi";

/** Holder of a stack's lock, as recorded by the file backend. */
export interface Lock {
    /** Process id of the CLI. */
    readonly pid: number;
    /** User. */
    readonly username: string;
    /** Machine. */
    readonly hostname: string;
    /** Time of the lock. */
    readonly since: Date;
}

const lockSchema = z
    .object({ pid: z.int(), username: z.string(), hostname: z.string(), timestamp: z.iso.datetime({ offset: true }) })
    .transform(({ timestamp, ...lock }): Lock => ({ ...lock, since: new Date(timestamp) }));

/** Locks of a stack, or `hidden` where the backend does not show them. */
type Locks = { readonly shown: true; readonly locks: readonly Lock[] } | { readonly shown: false };

/** The locks of a stack. Only a file backend shows them: `.pulumi/locks/<project>/<stack>/<id>.json`. */
export function readLocks(backend: string, stack: string): Locks {
    const root = backendFolder(backend);
    if (root === undefined) {
        return { shown: false };
    }
    // Backends with and without a folder for the project.
    const folders = ["x0tta6bl4", "organization/x0tta6bl4", ""].map((project) =>
        join(root, ".pulumi", "locks", project, stack),
    );
    const files = folders.filter(existsSync).flatMap((folder) =>
        readdirSync(folder)
            .filter((name) => name.endsWith(".json"))
            .map((name) => join(folder, name)),
    );
    return { shown: true, locks: files.flatMap((file) => readLock(file)) };
}

function readLock(file: string): Lock[] {
    try {
        return [lockSchema.parse(JSON.parse(readFileSync(file, "utf8")))];
    } catch (error) {
        // Deleted in between: the update has just finished.
        if (error instanceof Error && "code" in error && error.code === "ENOENT") {
            return [];
        }
        throw error;
    }
}

/** Status of the holder of a lock. `gone` is proven; `elsewhere` is on another machine, which cannot be checked. */
export type Holder = "alive" | "gone" | "elsewhere";

/** Reads a process; `undefined` when there is none. */
type FindProcess = (pid: number) => Promise<{ readonly startedAt: Date; readonly zombie: boolean } | undefined>;

/**
 * Whether the holder of a lock still runs. It is gone when the lock is from this machine, and its process does not
 * exist, is a zombie, or is a later process with the same ID, which started after the lock was taken.
 */
export async function holderOf(
    lock: Lock,
    find: FindProcess = findProcess,
    host: string = hostname(),
): Promise<Holder> {
    if (lock.hostname !== host) {
        return "elsewhere";
    }
    const found = await find(lock.pid);
    // ps shows whole seconds.
    return found === undefined || found.zombie || found.startedAt.getTime() > lock.since.getTime() + 1_000
        ? "gone"
        : "alive";
}

async function findProcess(pid: number): ReturnType<FindProcess> {
    const { code, stdout } = await run("ps", ["-o", "stat=,lstart=", "-p", String(pid)], {
        env: { ...process.env, LC_ALL: "C" },
        allowExit: [1],
    });
    const [, stat = "", started = ""] = /^\s*(\S+)\s+(.+?)\s*$/m.exec(stdout) ?? [];
    const startedAt = new Date(started);
    if (code !== 0 || stat === "") {
        return undefined;
    }
    // An unreadable start time counts as old: the lock is then not proven stale.
    return { startedAt: Number.isNaN(startedAt.getTime()) ? new Date(0) : startedAt, zombie: stat.startsWith("Z") };
}

/** A lock, for people. */
export function describeLock({ pid, username, hostname: host, since }: Lock): string {
    return `${username}@${host}, process ${pid}, since ${since.toISOString().slice(0, 19)}Z`;
}
