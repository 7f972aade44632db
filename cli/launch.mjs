// Starts a command from its bundle in bin/, and builds that first where a source changed: no stale code ever runs.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isUnchanged } from "../loader/origin.cjs";

const here = dirname(fileURLToPath(import.meta.url));
const bundle = join(here, "bin");

/** Whether every source is as it was when the bundle was built. */
function isFresh() {
    try {
        return isUnchanged(join(here, ".."), JSON.parse(readFileSync(join(bundle, "origin.json"), "utf8")));
    } catch {
        return false;
    }
}

/** Builds the bundle. */
function build() {
    const tsx = createRequire(import.meta.url).resolve("tsx/cli");
    const { status, error } = spawnSync(process.execPath, [tsx, join(here, "build.ts")], {
        stdio: ["ignore", "ignore", "inherit"],
    });
    if (status !== 0) {
        throw error ?? new Error("the sources cannot be built");
    }
}

/**
 * Runs an entry of the bundle.
 * @param {string} entry Its name in build.ts.
 * @param {string} command What a user calls it, for messages.
 */
export async function launch(entry, command) {
    try {
        if (!isFresh()) {
            build();
        }
        await import(pathToFileURL(join(bundle, `${entry}.mjs`)).href);
    } catch (error) {
        console.error(`${command}: ${error.message}\n  fix: npm ci`);
        process.exitCode = 2;
    }
}
