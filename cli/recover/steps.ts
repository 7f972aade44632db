import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { LocalPaths } from "../../process/paths";
import { killStrays } from "../../engine/strays";
import { CannotRun } from "../../errors";
import type { Context } from "../command";
import { engine, engineFailure } from "../../engine/update";
import { Kubectl } from "../kubectl";
import { Objects, whyStill } from "../../engine/liveObjects";
import { describeLock, holderOf, readLocks } from "../../engine/lock";
import type { Place } from "../../engine/place";
import { describeObject, objectNameOf } from "../../engine/state";
import type { OpenCluster } from "../../engine/target";
import { adopted } from "./adopt";
import type { Decision } from "./plan";
import { shellWord } from "../../shell";

/** How long a create may be on its way after the state was written (ms): the provider tries for 31 s, with pauses of 1 to 16 s. */
const ON_ITS_WAY_MS = 40_000;

/** Longest wait for an object that is being deleted (ms): a namespace goes after everything in it. */
const GONE_MS = 5 * 60_000;

/** Pause between two looks at it (ms). */
const LOOK_MS = 2_000;

/** What is known of a stack's lock, and may be done about it. */
export interface LockFinding {
    /** For people; `undefined` when there is no lock. */
    readonly text: string | undefined;
    /** Takes it away. */
    free(): Promise<void>;
}

/**
 * Looks at the lock of a stack.
 * @param force Free it also where its holder cannot be looked at: another machine, or a backend that shows no locks.
 * @throws CannotRun when the holder runs, or cannot be looked at and `force` is not set.
 */
export async function lookAtLock(place: Place, force: boolean): Promise<LockFinding> {
    const found = readLocks(await place.cli.backendUrl(), place.stack);
    const cancel = async () => {
        const result = await place.cli.call(["cancel", "--yes", "--stack", place.stack]);
        if (result.code !== 0 && found.shown) {
            throw engineFailure("freeing the lock", result);
        }
    };
    if (!found.shown) {
        return force
            ? { text: "lock: cancelled, as --force says", free: cancel }
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
                `when nothing runs there any more: npx x0 recover --stack ${shellWord(place.stack)} --force`,
            );
        }
    }
    const [lock] = found.locks;
    if (lock === undefined) {
        return { text: undefined, free: () => Promise.resolve() };
    }
    return {
        text: `lock: its holder is gone (${describeLock(lock)})`,
        free: cancel,
    };
}

/**
 * Makes sure that nothing of the killed update is on its way any more: the CLI's plugins live on without it, and end what they
 * are at. On the embedded cluster they are known, and killed; elsewhere their longest way is waited for.
 */
export async function settle(place: Place, paths: LocalPaths, update: (text: string) => void): Promise<void> {
    if (place.embedded) {
        await killStrays(paths);
        return;
    }
    const end = (place.state.writtenAt?.getTime() ?? 0) + ON_ITS_WAY_MS;
    for (let left = end - Date.now(); left > 0; left = end - Date.now()) {
        update(`another ${Math.ceil(left / 1000)} s`);
        await sleep(Math.min(left, 1_000));
    }
}

/** Waits until objects that are being deleted are gone. @throws CannotRun that says what they wait for. */
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

/** Removes the records of helm revisions that the cut left pending. */
export async function unlockReleases(
    decisions: readonly Decision[],
    cluster: OpenCluster,
    context: Context,
): Promise<void> {
    for (const decision of decisions) {
        if (decision.action === "unlock") {
            const kubectl = await Kubectl.find(cluster.target, decision.namespace, context);
            await kubectl.call(["delete", "secret", decision.record.secret]);
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

/** Reads every object of the stack into the state. */
export async function refresh(place: Place, paths: LocalPaths): Promise<void> {
    const args = ["refresh", "--yes", "--skip-preview", "--skip-pending-creates", "--suppress-outputs"];
    const result = await engine(place, paths, args);
    if (result.code !== 0) {
        throw engineFailure("the refresh", result);
    }
}
