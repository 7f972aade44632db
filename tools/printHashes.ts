import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { downloadFile, publishedSha256 } from "./download";
import { type Platform, type Release, TOOLS } from "./table";
import type { ToolName } from "./types";

/** Machines that hashes are recorded for. */
const PLATFORMS: readonly Platform[] = ["linux", "darwin"].flatMap((os) =>
    ["amd64", "arm64"].map((arch) => ({ os, arch })),
);

/** One line for `hashes.ts`, from the file itself; fails where the project publishes another checksum. */
async function line(release: Release, folder: string): Promise<string> {
    const name = basename(new URL(release.url).pathname);
    const hash = await downloadFile(release.url, join(folder, name));
    const published = await publishedSha256(release);
    if (published !== undefined && published !== hash) {
        throw new Error(`${release.url} has SHA-256 ${hash}, but ${release.sha256Url ?? ""} says ${published}.`);
    }
    const source = published === undefined ? " // no published checksum: compare with another source" : "";
    return `    "${release.url}":\n        "${hash}",${source}`;
}

function isTool(name: string): name is ToolName {
    return Object.hasOwn(TOOLS, name);
}

/** `npx tsx tools/printHashes.ts TOOL...`: downloads the releases and prints their lines for `hashes.ts`. */
async function main(names: readonly string[]): Promise<void> {
    const unknown = names.filter((name) => !isTool(name));
    if (names.length === 0 || unknown.length > 0) {
        throw new Error(`Usage: npx tsx tools/printHashes.ts TOOL...\nTools: ${Object.keys(TOOLS).join(", ")}`);
    }
    const folder = await mkdtemp(join(tmpdir(), "hashes-"));
    try {
        for (const platform of PLATFORMS) {
            for (const name of names.filter(isTool)) {
                const release = TOOLS[name].release(platform);
                if (release !== undefined) {
                    console.log(await line(release, folder));
                }
            }
        }
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
});
