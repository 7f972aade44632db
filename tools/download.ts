import { createHash } from "node:crypto";
import { chmod, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { messageOf } from "../errors";
import { run } from "../process/run";
import type { Fetch } from "./online";
import type { Release } from "./table";

/** Limits of a download, in milliseconds. */
export interface DownloadLimits {
    /** Time to get an answer. */
    readonly answerMs: number;
    /** Longest time without any data. */
    readonly idleMs: number;
}

/** A slow line is fine, a dead one is not. */
const defaultLimits: DownloadLimits = { answerMs: 5_000, idleMs: 15_000 };

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
    limits: DownloadLimits = defaultLimits,
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
 * Downloads the binary of a release, checks it, and unpacks it where it is an archive.
 * @param folder Folder to put it into.
 * @param name File name of the binary.
 * @throws DownloadError, also when the checksum differs.
 */
export async function downloadRelease(
    release: Release,
    folder: string,
    name: string,
    onBytes: (bytes: number, total: number | undefined) => void,
    fetchFile: Fetch = fetch,
): Promise<string> {
    const parts = join(folder, "parts");
    await mkdir(parts, { recursive: true });
    const fileName = basename(new URL(release.url).pathname);
    const file = join(parts, fileName);
    const actual = await downloadFile(release.url, file, onBytes, fetchFile);
    if (release.sha256Url !== undefined) {
        const answer = await fetchFile(release.sha256Url, { signal: AbortSignal.timeout(defaultLimits.idleMs) });
        const expected = answer.ok ? findSha256(await answer.text(), fileName) : undefined;
        if (expected !== actual) {
            throw new DownloadError(
                `${release.url}: SHA-256 is ${actual}, ${release.sha256Url} says ${expected ?? "nothing about it"}`,
            );
        }
    }
    const binary = join(folder, name);
    if (release.member === undefined) {
        await rename(file, binary);
    } else {
        await run("tar", ["-xzf", file, "-C", parts, release.member]);
        await rename(join(parts, release.member), binary);
    }
    await chmod(binary, 0o755);
    await rm(parts, { recursive: true, force: true });
    return binary;
}
