import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { RegistryClient } from "../../../images/registry/client";
import { registryClient } from "../../../images/registry/client";
import { type DockerConfig, dockerConfig } from "../../../images/registry/dockerConfig";
import { exchanger } from "../../../images/registry/exchange";
import { localPaths } from "../../../process/paths";
import { findInCache } from "../../../tools/find";

/** A registry of go-containerregistry on this machine. */
export interface TestRegistry {
    /** Host and port, e.g. `127.0.0.1:4567`. */
    readonly host: string;
    /** Ends it. */
    close(): Promise<void>;
}

/** The program that serves a registry: X0TTA6BL4_CRANE, or the one in the cache; `undefined` without one. */
export async function crane(): Promise<string | undefined> {
    return process.env.X0TTA6BL4_CRANE ?? (await findInCache("crane", localPaths()))?.path;
}

/** Starts an empty registry, which keeps everything in memory. */
export async function startRegistry(program: string): Promise<TestRegistry> {
    const child = spawn(program, ["registry", "serve", "--address", "127.0.0.1:0"], {
        stdio: ["ignore", "ignore", "pipe"],
    });
    const lines = createInterface({ input: child.stderr });
    const port = await new Promise<string>((resolve, reject) => {
        lines.on("line", (line) => {
            const [, found] = /serving on port (\d+)/.exec(line) ?? [];
            if (found !== undefined) {
                resolve(found);
            }
        });
        child.once("exit", () => {
            reject(new Error("the registry did not start"));
        });
    });
    return {
        host: `127.0.0.1:${port}`,
        close: async () => {
            const ended = once(child, "exit");
            child.kill();
            await ended;
        },
    };
}

/** A body with its digest. */
function addressed(content: string): { readonly content: string; readonly digest: string } {
    return { content, digest: `sha256:${createHash("sha256").update(content).digest("hex")}` };
}

async function put(url: string, type: string, content: string): Promise<void> {
    const response = await fetch(url, { method: "PUT", headers: { "content-type": type }, body: content });
    if (!response.ok) {
        throw new Error(`${url}: ${response.status} ${await response.text()}`);
    }
}

/** Uploads a blob in one request. @returns its descriptor. */
async function putBlob(base: string, mediaType: string, text: string) {
    const { content, digest } = addressed(text);
    const start = await fetch(`${base}/blobs/uploads/`, { method: "POST" });
    const location = new URL(start.headers.get("location") ?? "", base);
    location.searchParams.set("digest", digest);
    await put(location.href, "application/octet-stream", content);
    return { mediaType, digest, size: Buffer.byteLength(content) };
}

/** An image that a test put into a registry. */
export interface PushedImage {
    /** Digest of the tag. */
    readonly digest: string;
    /** Digest of the manifest for linux/amd64; the same where there is no index. */
    readonly platform: string;
}

/**
 * Puts an image of two platforms under a tag: an OCI index with two manifests.
 * @param single Whether there is one platform and no index.
 */
export async function pushImage(host: string, repository: string, tag: string, single = false): Promise<PushedImage> {
    const base = `http://${host}/v2/${repository}`;
    const type = "application/vnd.oci.image.manifest.v1+json";
    const platforms = [];
    for (const architecture of ["amd64", "arm64"]) {
        const diff = { type: "layers", diff_ids: [] };
        const config = JSON.stringify({
            architecture,
            os: "linux",
            rootfs: diff,
            config: { Labels: { repository, tag } },
        });
        const manifest = addressed(
            JSON.stringify({
                schemaVersion: 2,
                mediaType: type,
                config: await putBlob(base, "application/vnd.oci.image.config.v1+json", config),
                layers: [],
            }),
        );
        await put(`${base}/manifests/${single ? tag : manifest.digest}`, type, manifest.content);
        platforms.push({ architecture, ...manifest });
        if (single) {
            return { digest: manifest.digest, platform: manifest.digest };
        }
    }
    const indexType = "application/vnd.oci.image.index.v1+json";
    const index = addressed(
        JSON.stringify({
            schemaVersion: 2,
            mediaType: indexType,
            manifests: platforms.map(({ architecture, digest, content }) => ({
                ...{ mediaType: type, digest, size: content.length },
                platform: { architecture, os: "linux" },
            })),
        }),
    );
    await put(`${base}/manifests/${tag}`, indexType, index.content);
    return { digest: index.digest, platform: platforms[0]?.digest ?? "" };
}

/** A configuration without credentials. */
export const NO_CONFIG: DockerConfig = dockerConfig({ HOME: "/nonexistent" });

/** A client whose pauses take no time. @param pauses Receives each pause (ms). */
export function testClient(
    config: DockerConfig = NO_CONFIG,
    { notes = [], pauses = [] }: { notes?: string[]; pauses?: number[] } = {},
): RegistryClient {
    const pause = (milliseconds: number) => {
        pauses.push(milliseconds);
        return Promise.resolve();
    };
    return registryClient(exchanger({ env: {}, pause }), config, (line) => notes.push(line));
}
