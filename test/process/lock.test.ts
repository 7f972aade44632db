import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { withLock } from "../../process/lock";
import { withFolder } from "../support/temporary";

/** The id of a process that has ended. */
function deadProcess(): number {
    return spawnSync("true").pid;
}

/** Fails the test if the lock has to be awaited. */
function mustNotWait(pid: number): void {
    assert.fail(`waits for ${pid}`);
}

describe("lock", () => {
    it("serializes work and reports the process that it waits for", () =>
        withFolder(async (folder) => {
            const file = join(folder, "deep", "lock");
            const order: string[] = [];
            const waits: number[] = [];
            const first = withLock(file, mustNotWait, async () => {
                order.push("first begins");
                await sleep(400);
                order.push("first ends");
            });
            await sleep(50);
            const second = withLock(
                file,
                (pid) => waits.push(pid),
                () => {
                    order.push("second");
                    return Promise.resolve("result");
                },
            );
            assert.equal(await second, "result");
            await first;
            assert.deepEqual(order, ["first begins", "first ends", "second"]);
            assert.deepEqual(waits, [process.pid]);
            assert.deepEqual(await readdir(join(folder, "deep")), []);
        }));

    it("takes over the lock of a process that has exited", () =>
        withFolder(async (folder) => {
            const file = join(folder, "lock");
            await writeFile(file, JSON.stringify({ pid: deadProcess(), started: "1", token: "t" }));
            assert.equal(await withLock(file, mustNotWait, () => Promise.resolve(1)), 1);
            assert.deepEqual(await readdir(folder), []);
        }));

    it("takes over if another process has reused the holder's ID", function () {
        if (!existsSync("/proc/self/stat")) {
            this.skip();
        }
        return withFolder(async (folder) => {
            const file = join(folder, "lock");
            await writeFile(file, JSON.stringify({ pid: process.pid, started: "1", token: "t" }));
            await withLock(file, mustNotWait, () => Promise.resolve());
        });
    });

    it("takes over an unreadable lock", () =>
        withFolder(async (folder) => {
            const file = join(folder, "lock");
            await writeFile(file, '{"pid":');
            await withLock(file, mustNotWait, () => Promise.resolve());
        })).timeout(5_000);

    it("lets only one of many take over a stale lock at a time", () =>
        withFolder(async (folder) => {
            const file = join(folder, "lock");
            await writeFile(file, JSON.stringify({ pid: deadProcess(), started: "1", token: "t" }));
            let inside = 0;
            let most = 0;
            const work = async () => {
                inside += 1;
                most = Math.max(most, inside);
                await sleep(20);
                inside -= 1;
            };
            await Promise.all(Array.from({ length: 4 }, () => withLock(file, () => undefined, work)));
            assert.equal(most, 1);
        })).timeout(10_000);

    it("is free again after a failure, and leaves a lock alone that is not its own", () =>
        withFolder(async (folder) => {
            const file = join(folder, "lock");
            await assert.rejects(
                withLock(file, mustNotWait, () => Promise.reject(new Error("work failed"))),
                /work failed/,
            );
            assert.equal(existsSync(file), false);
            await withLock(file, mustNotWait, async () => {
                await rm(file);
                await writeFile(file, JSON.stringify({ pid: process.pid, started: "", token: "another" }));
            });
            assert.equal(existsSync(file), true);
        }));
});
