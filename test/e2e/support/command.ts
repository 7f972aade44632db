import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { run, type RunResult } from "../../../process/run";
import { withoutPulumi } from "../../support/daily";
import { paths } from "./embedded";

/** Runs a command as a non-interactive process; never throws for an exit code. */
export function daily(name: string, ...argv: readonly string[]): Promise<RunResult> {
    return run(process.execPath, ["--import", "tsx", join(__dirname, "commandProcess.ts"), name, ...argv], {
        env: withoutPulumi(),
        allowExit: true,
        timeoutMs: 600_000,
    });
}

/**
 * Runs a command that does not exit by itself until its output is as expected, and stops it then.
 * @param enough Whether the lines so far are sufficient.
 * @returns the lines of standard output.
 */
export async function dailyUntil(
    enough: (lines: readonly string[]) => boolean,
    name: string,
    ...argv: readonly string[]
): Promise<string[]> {
    const child = spawn(process.execPath, ["--import", "tsx", join(__dirname, "commandProcess.ts"), name, ...argv], {
        env: withoutPulumi(),
        // A process group leader, so that its kubectl is stopped with it.
        detached: true,
        stdio: ["ignore", "pipe", "inherit"],
    });
    try {
        const lines: string[] = [];
        for await (const line of createInterface({ input: child.stdout })) {
            lines.push(line);
            if (enough(lines)) {
                break;
            }
        }
        return lines;
    } finally {
        if (child.pid !== undefined) {
            process.kill(-child.pid, "SIGTERM");
        }
    }
}

/** A file with other contents while `work` runs. */
export async function withContents<T>(
    file: string,
    change: (text: string) => string,
    work: () => Promise<T>,
): Promise<T> {
    const text = readFileSync(file, "utf8");
    writeFileSync(file, change(text));
    try {
        return await work();
    } finally {
        writeFileSync(file, text);
    }
}

/** The staging stack's state in the file backend. */
export const STATE_FILE = join(paths.state, ".pulumi", "stacks", "x0tta6bl4", "staging.json");
