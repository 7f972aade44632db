import { readdirSync, readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { join } from "node:path";
import { hashesOf } from "../loader/origin.cjs";

/** A build whose result is kept. */
export interface Build {
    /** Folder that all paths start from; absolute. */
    readonly root: string;
    /** Files that decide what is built, and folders of which every file does. */
    readonly inputs: readonly string[];
    /** What decides it beside files, by a name, e.g. the version of a tool. Default: nothing. */
    readonly values?: Readonly<Record<string, string>>;
    /** Files that it writes. */
    readonly outputs: readonly string[];
    /** File that records what was built from what. */
    readonly record: string;
}

/** Folders below the inputs that are no input: what is built, and what package-lock.json determines. */
const SKIPPED = new Set(["bin", "node_modules"]);

/** Paths of all input files, from the root. */
export function inputFiles({ root, inputs }: Pick<Build, "root" | "inputs">): string[] {
    const below = (folder: string): string[] =>
        readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
            const path = `${folder}/${entry.name}`;
            return entry.isFile() ? [path] : SKIPPED.has(entry.name) ? [] : below(path);
        });
    return inputs.flatMap((path) => (/\.\w+$/.test(path) ? [path] : below(path))).sort();
}

/**
 * Runs a build, unless its inputs and its outputs are, byte for byte, those that the last one recorded.
 * @returns Whether it ran.
 * @throws What `run` throws; nothing is recorded then, and the next one runs.
 */
export async function buildOnce(build: Build, run: () => Promise<void>): Promise<boolean> {
    // Read before the build: what changes meanwhile is noticed by the next one.
    const inputs = { ...hashesOf(build.root, inputFiles(build)), ...build.values, "node.js": process.execPath };
    const outputs = () => hashesOf(build.root, build.outputs);
    if (isDeepStrictEqual({ inputs, outputs: outputs() }, recorded(build.record))) {
        return false;
    }
    await rm(build.record, { force: true });
    await run();
    await writeFile(build.record, JSON.stringify({ inputs, outputs: outputs() }));
    return true;
}

function recorded(file: string): unknown {
    try {
        return JSON.parse(readFileSync(file, "utf8"));
    } catch {
        return undefined;
    }
}
