import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, type RunResult } from "../../../process/run";
import { withoutPulumi } from "../../support/daily";
import { paths } from "./embedded";

/** Runs a daily command as a process, with nobody to ask; never throws for an exit code. */
export function daily(name: string, ...argv: readonly string[]): Promise<RunResult> {
    return run(process.execPath, ["--import", "tsx", join(__dirname, "commandProcess.ts"), name, ...argv], {
        env: withoutPulumi(),
        allowExit: true,
        timeoutMs: 600_000,
    });
}

/** Starts a daily command as the leader of a process group, for one that runs until it is stopped. */
export function startDaily(name: string, ...argv: readonly string[]) {
    return spawn(process.execPath, ["--import", "tsx", join(__dirname, "commandProcess.ts"), name, ...argv], {
        env: withoutPulumi(),
        detached: true,
        stdio: ["ignore", "pipe", "inherit"],
    });
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
