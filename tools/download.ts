import { createHash } from "node:crypto";
import { chmod, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { messageOf } from "../errors";
import { run } from "../process/run";
import { HASHES } from "./hashes";
import type { Fetch } from "./online";
import type { Release } from "./table";

/** Limits of a download, in milliseconds. */
interface DownloadLimits {
    /** Time to get an answer. */
    readonly answerMs: number;
    /** Longest time without any data. */
    readonly idleMs: number;
}

/** A slow connection may continue; a stalled one fails. */
const DEFAULT_LIMITS: DownloadLimits = { answerMs: 5_000, idleMs: 15_000 };

/** A download failed; the message names the address and the reason. */
export class DownloadError extends Error {
    /** Name of the error, for logs. */
    public override readonly name = "DownloadError";
}

/**
 * Fetches a file.
 * @param onBytes Called with the bytes so far and, where the server tells it, the size of the whole.
 * @returns Its SHA-256, hexadecimal.
 * @throws DownloadError when the server does not answer, stops answering, or sends less than announced.
 */
export async function downloadFile(
    url: string,
    file: string,
    onBytes: (bytes: number, total: number | undefined) => void = () => undefined,
    fetchFile: Fetch = fetch,
    limits: DownloadLimits = DEFAULT_LIMITS,
): Promise<string> {
    const stop = new AbortController();
    let timer = setTimeout(() => {
        stop.abort(new Error(`no answer in ${limits.answerMs / 1000} s`));
    }, limits.answerMs);
    const target = await open(file, "w");
    try {
        const response = await fetchFile(url, { signal: stop.signal });
        if (!response.ok || response.body === null) {
            throw new Error(`the server answers ${response.status}`);
        }
        const length = response.headers.get("content-length");
        const total = length === null || response.headers.has("content-encoding") ? undefined : Number(length);
        const hash = createHash("sha256");
        let bytes = 0;
        for await (const chunk of response.body) {
            clearTimeout(timer);
            timer = setTimeout(() => {
                stop.abort(new Error(`no data for ${limits.idleMs / 1000} s`));
            }, limits.idleMs);
            hash.update(chunk);
            await target.write(chunk);
            bytes += chunk.byteLength;
            onBytes(bytes, total);
        }
        if (total !== undefined && bytes !== total) {
            throw new Error(`the file ended after ${bytes} of ${total} bytes`);
        }
        return hash.digest("hex");
    } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOSPC") {
            throw error;
        }
        throw new DownloadError(`${url}: ${stop.signal.aborted ? messageOf(stop.signal.reason) : messageOf(error)}`);
    } finally {
        clearTimeout(timer);
        await target.close();
    }
}

/** The hash of a file in a list of `hash  file` lines, or the hash alone. */
export function findSha256(text: string, file: string): string | undefined {
    const lines = text
        .trim()
        .split("\n")
        .map((line) => line.trim().split(/\s+\*?/));
    const line = lines.find(([, name]) => name === undefined || basename(name) === file);
    return line?.[0] !== undefined && /^[0-9a-f]{64}$/i.test(line[0]) ? line[0].toLowerCase() : undefined;
}

/**
 * The checksum that the project publishes beside a release, in lower case.
 * @returns `undefined` where it publishes none, or the answer does not name the file.
 */
export async function publishedSha256(
    { url, sha256Url }: Release,
    fetchFile: Fetch = fetch,
): Promise<string | undefined> {
    if (sha256Url === undefined) {
        return undefined;
    }
    const answer = await fetchFile(sha256Url, { signal: AbortSignal.timeout(DEFAULT_LIMITS.idleMs) });
    return answer.ok ? findSha256(await answer.text(), basename(new URL(url).pathname)) : undefined;
}

/**
 * How a tool was checked before it was used: against the hash recorded in `hashes.ts`, against the checksum that its
 * project publishes, or, for a build from Go modules, against `go.sum` and the Go checksum database.
 */
export type Verification = "recorded" | "published" | "modules";

/**
 * Checks a downloaded file.
 * @throws DownloadError where its hash is another one, or there is nothing to check against.
 */
async function check(release: Release, actual: string, recorded: Hashes, fetchFile: Fetch): Promise<Verification> {
    const known = recorded[release.url];
    const expected = known ?? (await publishedSha256(release, fetchFile));
    if (expected !== actual) {
        const source = known === undefined ? (release.sha256Url ?? "the project") : "tools/hashes.ts";
        throw new DownloadError(
            `${release.url}: SHA-256 is ${actual}, ${source} says ${expected ?? "nothing about the file"}`,
        );
    }
    return known === undefined ? "published" : "recorded";
}

/** SHA-256 by address, as in `hashes.ts`. */
type Hashes = Readonly<Record<string, string>>;

/**
 * Downloads a release, checks it, and puts its executables into a folder.
 * @param folder Folder to put them into.
 * @param name File name of the binary.
 * @param recorded Known hashes. Default: those of `hashes.ts`.
 * @returns how the file was checked.
 * @throws DownloadError, also when the checksum differs or there is none.
 */
export async function downloadRelease(
    release: Release,
    folder: string,
    name: string,
    onBytes: (bytes: number, total: number | undefined) => void,
    fetchFile: Fetch = fetch,
    recorded: Hashes = HASHES,
): Promise<Verification> {
    const parts = join(folder, "parts");
    await mkdir(parts, { recursive: true });
    const file = join(parts, basename(new URL(release.url).pathname));
    const actual = await downloadFile(release.url, file, onBytes, fetchFile);
    const checked = await check(release, actual, recorded, fetchFile);
    const binary = join(folder, name);
    if (release.member === undefined) {
        await rename(file, binary);
    } else {
        await run("tar", ["-xzf", file, "-C", parts, release.member]);
        const unpacked = join(parts, release.member);
        if ((await stat(unpacked)).isDirectory()) {
            await Promise.all(
                (await readdir(unpacked)).map((each) => rename(join(unpacked, each), join(folder, each))),
            );
        } else {
            await rename(unpacked, binary);
        }
    }
    await chmod(binary, 0o755);
    await rm(parts, { recursive: true, force: true });
    return checked;
}
