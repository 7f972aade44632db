import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { run } from "../../../process/run";

/** What a container of an image starts with. */
export interface ImageConfig {
    /** Program and first arguments; a pod's `command` replaces them. */
    readonly entrypoint?: readonly string[];
    /** Further arguments; a pod's `args` replace them. */
    readonly command?: readonly string[];
    /** `uid` or `uid:gid`; default: root. */
    readonly user?: string;
    /** Working directory; default: `/`. */
    readonly workingDirectory?: string;
}

/** Media types of the OCI image specification 1.0. */
const MEDIA = {
    index: "application/vnd.oci.image.index.v1+json",
    manifest: "application/vnd.oci.image.manifest.v1+json",
    config: "application/vnd.oci.image.config.v1+json",
    layer: "application/vnd.oci.image.layer.v1.tar",
} as const;

/** A content-addressed part of an image. */
interface Descriptor {
    readonly mediaType: string;
    readonly digest: string;
    readonly size: number;
}

/** `sha256:` and the hash of a file. */
async function digestOf(file: string): Promise<string> {
    const hash = createHash("sha256");
    await pipeline(createReadStream(file), hash);
    return `sha256:${hash.digest("hex")}`;
}

/** Path of a blob in an OCI layout. */
const blob = (layout: string, digest: string): string => join(layout, "blobs", digest.replace(":", "/"));

/** Puts an object into a layout. */
async function putObject(layout: string, mediaType: string, object: unknown): Promise<Descriptor> {
    const content = JSON.stringify(object);
    const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
    await writeFile(blob(layout, digest), content);
    return { mediaType, digest, size: Buffer.byteLength(content) };
}

/** Packs a folder into a layer that is the same for the same content: all of root, at the start of 1970, in order. */
export async function packLayer(root: string, file: string): Promise<void> {
    const same = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];
    await run("tar", [...same, "-C", root, "-cf", file, "."]);
}

/**
 * Writes an image file (an OCI layout in a tar file) that `ctr images import` reads.
 * @param name Full reference, e.g. `ghcr.io/spiffe/spire-server:1.15.3`.
 * @param layers Tar files, the lowest first.
 * @param file The image file.
 */
export async function writeImage(
    name: string,
    layers: readonly string[],
    config: ImageConfig,
    file: string,
): Promise<void> {
    const layout = `${file}.layout`;
    await rm(layout, { recursive: true, force: true });
    await mkdir(join(layout, "blobs", "sha256"), { recursive: true });
    const packed: Descriptor[] = [];
    for (const layer of layers) {
        const digest = await digestOf(layer);
        await copyFile(layer, blob(layout, digest));
        packed.push({ mediaType: MEDIA.layer, digest, size: (await stat(layer)).size });
    }
    const described = await putObject(layout, MEDIA.config, {
        architecture: process.arch === "x64" ? "amd64" : process.arch,
        os: "linux",
        config: {
            Entrypoint: config.entrypoint,
            Cmd: config.command,
            User: config.user,
            WorkingDir: config.workingDirectory ?? "/",
            Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
        },
        rootfs: { type: "layers", diff_ids: packed.map(({ digest }) => digest) },
    });
    const manifest = await putObject(layout, MEDIA.manifest, {
        schemaVersion: 2,
        mediaType: MEDIA.manifest,
        config: described,
        layers: packed,
    });
    const index = {
        schemaVersion: 2,
        mediaType: MEDIA.index,
        manifests: [{ ...manifest, annotations: { "io.containerd.image.name": name } }],
    };
    await writeFile(join(layout, "index.json"), JSON.stringify(index));
    await writeFile(join(layout, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
    await packLayer(layout, `${file}.part`);
    await rename(`${file}.part`, file);
    await rm(layout, { recursive: true });
}
