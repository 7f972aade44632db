import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { pooled } from "../../process/pooled";

describe("Pooled work", () => {
    it("is done for some items at the same time, with results in their order", async () => {
        let running = 0;
        let most = 0;
        const results = await pooled([5, 1, 3, 2, 4], 2, async (milliseconds) => {
            running += 1;
            most = Math.max(most, running);
            await sleep(milliseconds);
            running -= 1;
            return milliseconds * 10;
        });
        assert.deepEqual(results, [50, 10, 30, 20, 40]);
        assert.equal(most, 2);
        assert.deepEqual(await pooled([], 2, () => Promise.resolve(1)), []);
    });

    it("fails with the error of an item", async () => {
        await assert.rejects(
            pooled([1, 2], 2, (item) => (item === 2 ? Promise.reject(new Error("two")) : Promise.resolve(item))),
            /two/,
        );
    });
});
