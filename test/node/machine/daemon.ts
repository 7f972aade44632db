import { spawn } from "node:child_process";
import { mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { lastLines } from "../../../process/run";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** A program that runs until the sandbox ends. */
export interface Daemon {
    /** Its name. */
    readonly name: string;
    /** File with its output. */
    readonly log: string;
    /** Exit code, once it has ended; it never should. */
    readonly ended: () => number | undefined;
}

/** Starts a program in the background. */
export function startDaemon(name: string, path: string, args: readonly string[], log: string): Daemon {
    mkdirSync(dirname(log), { recursive: true });
    const output = openSync(log, "a");
    const child = spawn(path, args, { stdio: ["ignore", output, output] });
    let code: number | undefined;
    child.once("error", () => (code = -1));
    child.once("exit", (status) => (code = status ?? -1));
    return { name, log, ended: () => code };
}

/**
 * Waits until something is so.
 * @param what What is waited for, for the message.
 * @param daemon What has to run for it; its last words are in the message.
 * @throws Error when it ends or the time is over.
 */
export async function waitFor(
    what: string,
    seconds: number,
    look: () => Promise<boolean>,
    daemon?: Daemon,
): Promise<void> {
    for (const end = Date.now() + seconds * 1000; ;) {
        if (await look().catch(() => false)) {
            return;
        }
        const code = daemon?.ended();
        if (code !== undefined || Date.now() > end) {
            const words =
                daemon === undefined ? "" : `\n${lastLines(await readFile(daemon.log, "utf8"))}\n${daemon.log}`;
            const why = code === undefined ? `not after ${seconds} s` : `${daemon?.name ?? ""} ended with ${code}`;
            throw new Error(`${what}: ${why}${words}`);
        }
        await sleep(250);
    }
}
