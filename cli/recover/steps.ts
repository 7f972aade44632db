import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { LocalPaths } from "../../process/paths";
import { killStrays, orphanedPlugins } from "../../engine/strays";
import { CannotRun } from "../../errors";
import { engine, engineFailure } from "../../engine/update";
import { Objects, whyStill } from "../../engine/liveObjects";
import { describeLock, holderOf, readLocks } from "../../engine/lock";
import type { Place } from "../../engine/place";
import { describeObject, objectNameOf } from "../../engine/state";
import type { OpenCluster } from "../../engine/target";
import { adopted } from "./adopt";
import type { Decision } from "./decision";
import { shellWord } from "../../shell";

/**
 * How long a create may be on its way after the state was written (ms): the provider tries for 31 s, with pauses of 1
 * to 16 s.
 */
const ON_ITS_WAY_MS = 40_000;

/**
 * How long to wait for plugins whose CLI was killed (ms): they notice within 5 minutes, and Helm works for 5 minutes at most by
 * default.
 */
const PLUGINS_MS = 10 * 60_000;

/** Timeout for the deletion of an object (ms): a namespace is deleted after everything in it. */
const GONE_MS = 5 * 60_000;

/** Interval between two checks (ms). */
const LOOK_MS = 2_000;

/** A stack's lock and how to release it. */
export interface LockFinding {
    /** Description; `undefined` when there is no lock. */
    readonly text: string | undefined;
    /** Releases it. */
    free(): Promise<void>;
}

/**
 * Reads the lock of a stack.
 * @param force Release it even if its holder cannot be checked: on another machine, or in a backend that shows no
 * locks.
 * @throws CannotRun when the holder runs, or cannot be checked and `force` is not set.
 */
export async function lookAtLock(place: Place, force: boolean): Promise<LockFinding> {
    const found = readLocks(await place.cli.backendUrl(), place.stack);
    const cancel = async () => {
        const result = await place.cli.call(["cancel", "--yes", "--stack", place.stack]);
        if (result.code !== 0 && found.shown) {
            throw engineFailure("releasing the lock", result);
        }
    };
    if (!found.shown) {
        return force
            ? { text: "lock: released because of --force", free: cancel }
            : { text: undefined, free: () => Promise.resolve() };
    }
    for (const lock of found.locks) {
        const holder = await holderOf(lock);
        if (holder === "alive") {
            throw new CannotRun(
                `another update of stack ${place.stack} is running: ${describeLock(lock)}`,
                `wait for it; to end it: kill ${lock.pid}`,
            );
        }
        if (holder === "elsewhere" && !force) {
            throw new CannotRun(
                `stack ${place.stack} is locked from another machine: ${describeLock(lock)}`,
                `when nothing runs there any longer: npx x0 recover --stack ${shellWord(place.stack)} --force`,
            );
        }
    }
    const [lock] = found.locks;
    if (lock === undefined) {
        return { text: undefined, free: () => Promise.resolve() };
    }
    return {
        text: `lock: its holder has exited (${describeLock(lock)})`,
        free: cancel,
    };
}

/**
 * Makes sure that no request of the interrupted update is still in flight: the CLI's plugins outlive it and complete
 * their current request. On the embedded cluster they are found and killed; elsewhere this waits for those of this machine to
 * exit, and for the maximum duration of a request.
 * @throws CannotRun that names plugins which do not exit.
 */
export async function settle(place: Place, paths: LocalPaths, update: (text: string) => void): Promise<void> {
    if (place.embedded) {
        await killStrays(paths);
        return;
    }
    const limit = performance.now() + PLUGINS_MS;
    for (let orphans = await orphanedPlugins(); orphans.length > 0; orphans = await orphanedPlugins()) {
        if (performance.now() > limit) {
            throw new CannotRun(
                `a Kubernetes plugin whose CLI was killed still works: process ${orphans.join(", ")}`,
                `wait for it; to end it: kill ${orphans.join(" ")}`,
            );
        }
        update(`process ${orphans.join(", ")} still works`);
        await sleep(LOOK_MS);
    }
    const end = (place.state.writtenAt?.getTime() ?? 0) + ON_ITS_WAY_MS;
    for (let left = end - Date.now(); left > 0; left = end - Date.now()) {
        update(`another ${Math.ceil(left / 1000)} s`);
        await sleep(Math.min(left, 1_000));
    }
}

/**
 * Waits until terminating objects are deleted.
 * @throws CannotRun with the reason why they still exist.
 */
export async function waitGone(
    decisions: readonly Decision[],
    cluster: OpenCluster,
    update: (text: string) => void,
): Promise<void> {
    const objects = new Objects(cluster.read);
    const end = performance.now() + GONE_MS;
    for (const { resource } of decisions.filter(({ action }) => action === "wait")) {
        const name = objectNameOf(resource);
        for (;;) {
            const live = name === undefined ? undefined : await objects.find(name);
            if (name === undefined || live === undefined || live === "hidden") {
                break;
            }
            const why = whyStill(live);
            update(`${describeObject(name)}${why === "" ? "" : ` (${why})`}`);
            if (performance.now() > end) {
                throw new CannotRun(
                    `${describeObject(name)} is still being deleted after ${GONE_MS / 60_000} min: ${why}`,
                    "docs/operations.md, section A namespace that does not go",
                );
            }
            await sleep(LOOK_MS);
        }
    }
}

/** Writes the decisions into the state. */
export async function writeState(place: Place, decisions: readonly Decision[]): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), "recover-"));
    try {
        const file = join(folder, "state.json");
        await writeFile(file, JSON.stringify(adopted(place.state, decisions, new Date())), { mode: 0o600 });
        const result = await place.cli.call(["stack", "import", "--stack", place.stack, "--file", file]);
        if (result.code !== 0) {
            throw engineFailure("writing the state", result);
        }
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

/** Refreshes the state from the cluster. */
export async function refresh(place: Place, paths: LocalPaths): Promise<void> {
    const args = ["refresh", "--yes", "--skip-preview", "--skip-pending-creates", "--suppress-outputs"];
    const result = await engine(place, paths, args);
    if (result.code !== 0) {
        throw engineFailure("the refresh", result);
    }
}
