#!/usr/bin/env node
// Starts x0 from its bundle in bin/, and builds that first where a source is newer: no stale code ever runs.
import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const bundle = join(here, "bin");

/** Whether every source is as it was when the bundle was built, by size and time of its last change. */
function isFresh() {
    try {
        const sources = JSON.parse(readFileSync(join(bundle, "sources.json"), "utf8"));
        return sources.every(([file, size, time]) => {
            const found = statSync(join(here, "..", file));
            return found.size === size && found.mtimeMs === time;
        });
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

try {
    if (!isFresh()) {
        build();
    }
    await import(pathToFileURL(join(bundle, "x0.mjs")).href);
} catch (error) {
    console.error(`npx x0: ${error.message}\n  fix: npm ci`);
    process.exitCode = 2;
}
