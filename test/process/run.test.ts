import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CommandError, run } from "../../process/run";
import { withFolder, writeScript } from "../support/temporary";
import { PROJECT_ROOT } from "../../project";

/** Waits until a file exists and returns its text. */
async function appears(file: string): Promise<string> {
    for (let tries = 0; tries < 200; tries += 1) {
        if (existsSync(file)) {
            const text = await readFile(file, "utf8");
            if (text !== "") {
                return text;
            }
        }
        await sleep(20);
    }
    throw new Error(`${file} does not appear`);
}

/** Whether a process still runs; a killed process may exist briefly until it is reaped. */
async function ends(pid: number): Promise<boolean> {
    for (let tries = 0; tries < 100; tries += 1) {
        try {
            process.kill(pid, 0);
        } catch {
            return true;
        }
        const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
        if (stat.includes(") Z ")) {
            return true;
        }
        await sleep(20);
    }
    return false;
}

describe("run", () => {
    it("gives both streams, each line and the input to the child", async () => {
        const lines: string[] = [];
        const result = await run("sh", ["-c", "cat; echo done >&2"], {
            input: "one\ntwo\n",
            onLine: (line, stream) => lines.push(`${stream}:${line}`),
        });
        assert.deepEqual(result, { code: 0, stdout: "one\ntwo\n", stderr: "done\n" });
        assert.deepEqual(lines.sort(), ["stderr:done", "stdout:one", "stdout:two"]);
    });

    it("rejects with command, exit code and last lines, and without the later arguments", async () => {
        const failure = await run("sh", ["-c", "echo first; echo bad >&2; exit 3", "password"]).catch(
            (e: unknown) => e,
        );
        assert.ok(failure instanceof CommandError);
        assert.equal(failure.code, 3);
        assert.equal(failure.tail, "bad");
        assert.equal(failure.message, "sh: exit code 3\nbad");
    });

    it("accepts the allowed exit codes as results", async () => {
        assert.equal((await run("sh", ["-c", "exit 1"], { allowExit: [1] })).code, 1);
        assert.equal((await run("sh", ["-c", "exit 7"], { allowExit: true })).code, 7);
        await assert.rejects(run("sh", ["-c", "exit 2"], { allowExit: [1] }), CommandError);
    });

    it("says when the command does not exist", async () => {
        const failure = await run("no-such-command", []).catch((e: unknown) => e);
        assert.ok(failure instanceof CommandError);
        assert.equal(failure.systemCode, "ENOENT");
        assert.match(failure.message, /no-such-command: not found/);
    });

    it("kills what the child started, too, when the time is over", () =>
        withFolder(async (folder) => {
            const file = join(folder, "pid");
            const start = performance.now();
            const command = run("sh", ["-c", `sleep 30 & echo $! > ${file}; wait`], { timeoutMs: 300 });
            await assert.rejects(command, /sh: no end after 0.3 s, stopped/);
            assert.ok(performance.now() - start < 5_000);
            assert.equal(await ends(Number(await appears(file))), true);
        }));

    it("stops on an abort, and does not start after one", async () => {
        const stop = new AbortController();
        const command = run("sleep", ["30"], { signal: stop.signal });
        stop.abort();
        await assert.rejects(command, /stopped on request/);
        await assert.rejects(run("true", [], { signal: stop.signal }), /stopped before it started/);
    });

    it("appends both streams to the log and names it in the error", () =>
        withFolder(async (folder) => {
            const logFile = join(folder, "logs", "x.log");
            await run("echo", ["one"], { logFile });
            await assert.rejects(run("sh", ["-c", "echo two >&2; exit 1"], { logFile }), /Whole output: .*x\.log/);
            assert.equal(await readFile(logFile, "utf8"), "one\ntwo\n");
        }));

    it("passes an interrupt on to the child and ends by it", () =>
        withFolder(async (folder) => {
            const file = join(folder, "pid");
            const child = await writeScript(
                join(folder, "child"),
                `trap 'echo cleaned > ${folder}/cleaned; exit 0' INT\necho $$ > ${file}\nwhile :; do sleep 0.1; done`,
            );
            const code = `require("${join(PROJECT_ROOT, "process/run.ts")}").run("${child}", []).catch(() => undefined)`;
            const parent = spawn(process.execPath, ["--require", "tsx/cjs", "-e", code], { cwd: __dirname });
            const ended = new Promise((resolve) =>
                parent.once("close", (_code, signal) => {
                    resolve(signal);
                }),
            );
            await appears(file);
            parent.kill("SIGINT");
            assert.equal(await ended, "SIGINT");
            assert.equal(await appears(join(folder, "cleaned")), "cleaned\n");
        })).timeout(20_000);

    it("ends the child, too, when the interrupt comes while it is being started", () =>
        withFolder(async (folder) => {
            const file = join(folder, "pid");
            const code = `
                const processes = require("node:child_process");
                const { spawn } = processes;
                processes.spawn = (...args) => {
                    const child = spawn(...args);
                    require("node:fs").writeFileSync(${JSON.stringify(file)}, String(child.pid));
                    process.kill(process.pid, "SIGINT");
                    return child;
                };
                require("${join(PROJECT_ROOT, "process/run.ts")}").run("sleep", ["30"]).catch(() => undefined);`;
            const parent = spawn(process.execPath, ["--require", "tsx/cjs", "-e", code], { cwd: __dirname });
            const ended = new Promise((resolve) =>
                parent.once("close", (_code, signal) => {
                    resolve(signal);
                }),
            );
            assert.equal(await ended, "SIGINT");
            assert.equal(await ends(Number(await appears(file))), true);
        })).timeout(20_000);
});
