import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import type { Verification } from "./download";
import type { Platform } from "./table";
import type { ToolName } from "./types";

/** Name of the file that marks a folder of the cache as complete. */
const MANIFEST_NAME = "manifest.json";

/** Recorded properties of a file. */
const fileSchema = z.object({
    /** Bytes. */
    size: z.number(),
    /** Time of its last change, milliseconds since 1970. */
    mtimeMs: z.number(),
    /** SHA-256, hexadecimal. */
    sha256: z.string(),
});

/** The manifest of one tool, written last: what it lists was complete then. */
const manifestSchema = z.object({
    /** Version that the tool reported. */
    version: z.string(),
    /** Path of the executable inside the folder. */
    binary: z.string(),
    /** How it was verified; unset in a manifest of an earlier version. */
    checked: z.enum(["recorded", "published", "modules"]).optional(),
    /** The files that must be intact, by path inside the folder. */
    files: z.record(z.string(), fileSchema),
});

/** See {@link manifestSchema}. */
type Manifest = z.infer<typeof manifestSchema>;

/** A tool in the cache. */
interface CachedTool {
    /** Absolute path of the executable. */
    readonly path: string;
    /** Version that it reported when it was put there. */
    readonly version: string;
    /** How it was checked; `undefined` when that is not known. */
    readonly checked: Verification | undefined;
}

/** Folder of a tool, e.g. `<tools>/etcd-3.6.16-linux-amd64`. */
export function toolFolder(root: string, name: ToolName, version: string, platform: Platform): string {
    return join(root, `${name}-${version}-${platform.os}-${platform.arch}`);
}

/** SHA-256 of a file, hexadecimal. */
async function sha256(file: string): Promise<string> {
    const hash = createHash("sha256");
    await pipeline(createReadStream(file), hash);
    return hash.digest("hex");
}

/** Describes a file as it is now. */
async function describeFile(file: string): Promise<Manifest["files"][string]> {
    const { size, mtimeMs } = await stat(file);
    return { size, mtimeMs, sha256: await sha256(file) };
}

/** Whether a file is what the manifest says. It is read only when its time differs: hashing 100 MB takes too long. */
async function isWhole(file: string, expected: Manifest["files"][string]): Promise<boolean> {
    try {
        const { size, mtimeMs } = await stat(file);
        return size === expected.size && (mtimeMs === expected.mtimeMs || (await sha256(file)) === expected.sha256);
    } catch {
        return false;
    }
}

/** The tool in a folder of the cache; `undefined` when it is missing, truncated, changed or was never finished. */
export async function lookUp(folder: string): Promise<CachedTool | undefined> {
    let manifest: Manifest;
    try {
        manifest = manifestSchema.parse(JSON.parse(await readFile(join(folder, MANIFEST_NAME), "utf8")));
    } catch {
        return undefined;
    }
    for (const [file, expected] of Object.entries(manifest.files)) {
        if (!(await isWhole(join(folder, file), expected))) {
            return undefined;
        }
    }
    return { path: join(folder, manifest.binary), version: manifest.version, checked: manifest.checked };
}

/**
 * Puts a finished tool into the cache: writes the manifest, then moves the folder to its place in one step.
 * @param staging Folder on the same file system that holds the tool; it is moved away.
 * @param folder Its place; what is there is replaced.
 * @param facts Version that the tool reported, path of its executable inside the folder, and how it was checked.
 * @param others Paths of further files that must be complete.
 */
export async function place(
    staging: string,
    folder: string,
    { version, binary, checked }: Omit<Manifest, "files">,
    others: readonly string[] = [],
): Promise<CachedTool> {
    const files: Manifest["files"] = {};
    for (const file of [binary, ...others]) {
        files[file] = await describeFile(join(staging, file));
    }
    const manifest: Manifest = { version, binary, checked, files };
    await writeFile(join(staging, MANIFEST_NAME), JSON.stringify(manifest, undefined, 2));
    const old = `${staging}.old`;
    await rename(folder, old).catch(() => undefined);
    await rename(staging, folder);
    await rm(old, { recursive: true, force: true });
    return { path: join(folder, binary), version, checked };
}

/** Prefix of the folders that tools of a family are made in. */
const stagingPrefix = (family: string): string => `.making-${family}-`;

/**
 * A new folder to make tools in, beside their final place. Left-overs of runs that were killed are removed, so the
 * caller must hold the family's lock.
 */
export async function makeStaging(root: string, family: string): Promise<string> {
    await mkdir(root, { recursive: true });
    for (const name of await readdir(root)) {
        if (name.startsWith(stagingPrefix(family))) {
            await rm(join(root, name), { recursive: true, force: true });
        }
    }
    return mkdtemp(join(root, stagingPrefix(family)));
}
