import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Output } from "../../terminal/progress";
import { createProgress, elapsed } from "../../terminal/progress";
import { plainRenderer } from "../../terminal/progress/plain";
import { fitLine } from "../../terminal/progress/animated";

/** An output stream that records what is written. */
function recorder(options: Partial<Output> = {}): Output & { text: () => string } {
    const parts: string[] = [];
    return { ...options, write: (text) => parts.push(text), text: () => parts.join("") };
}

describe("progress", () => {
    it("prints one plain line a step, with its elapsed time", async () => {
        const output = recorder();
        const progress = createProgress(output, {});
        assert.equal(await progress.step("Tools", () => Promise.resolve(7)), 7);
        progress.note("Built from Go modules.");
        assert.equal(output.text(), "ok   Tools (0.0 s)\nBuilt from Go modules.\n");
    });

    it("prints a failed step as failed and rethrows the error", async () => {
        const output = recorder();
        const progress = createProgress(output, {});
        await assert.rejects(
            progress.step("Tools", () => Promise.reject(new Error("no"))),
            /no/,
        );
        assert.equal(output.text(), "FAIL Tools (0.0 s)\n");
        await progress.step("Again", () => Promise.resolve());
        assert.match(output.text(), /ok {3}Again/);
    });

    it("reports the latest detail while a step takes long", async () => {
        const output = recorder();
        const renderer = plainRenderer(output, { firstMs: 30, everyMs: 30 });
        await renderer.step("Tools", async (step) => {
            await sleep(45);
            step.update("building etcd");
            await sleep(60);
        });
        assert.match(output.text(), /^\.\.\. Tools\n(\.\.\. still building etcd \(0\.\d s\)\n)+ok {3}Tools/);
    });

    it("shows an inner step as the outer one's detail", async () => {
        const output = recorder();
        const progress = createProgress(output, {});
        await progress.step("Outer", () => progress.step("Inner", () => Promise.resolve()));
        assert.equal(output.text(), "ok   Outer (0.0 s)\n");
    });

    it("overwrites one line on a terminal and keeps it within its width", async () => {
        const output = recorder({ isTTY: true, columns: 60 });
        const progress = createProgress(output, {});
        await progress.step("x".repeat(100), (step) => {
            step.update("y".repeat(100));
            progress.note("a note");
            return Promise.resolve();
        });
        const lines = output
            .text()
            .split(/[\r\n]+/)
            .map((line) => line.replaceAll("\u001B[K", ""));
        assert.ok(lines.every((line) => line.length < 60));
        assert.ok(lines.includes("a note"));
        assert.match(output.text(), /✓ x+… \(0\.0 s\)\n$/);
    });

    it("uses plain lines in CI and on a dumb terminal", async () => {
        for (const env of [{ CI: "true" }, { CI: "1" }, { TERM: "dumb" }]) {
            const output = recorder({ isTTY: true, columns: 80 });
            await createProgress(output, env).step("Tools", () => Promise.resolve());
            assert.equal(output.text(), "ok   Tools (0.0 s)\n");
        }
    });

    it("uses 80 columns if a terminal reports none", () => {
        assert.equal(fitLine("x".repeat(100), " (1 s)", 0).length, 79);
    });

    it("writes durations for people", () => {
        assert.deepEqual([400, 9_940, 45_400, 185_000].map(elapsed), ["0.4 s", "9.9 s", "45 s", "3 min 5 s"]);
    });
});
