import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { run } from "../../../process/run";
import { withFolder } from "../../support/temporary";
import { packLayer, writeImage } from "./image";

const descriptor = z.object({ mediaType: z.string(), digest: z.string(), size: z.number() });
const indexSchema = z.object({
    manifests: z.tuple([descriptor.extend({ annotations: z.record(z.string(), z.string()) })]),
});
const manifestSchema = z.object({ config: descriptor, layers: z.array(descriptor) });
const configSchema = z.object({
    config: z.object({ Entrypoint: z.array(z.string()), User: z.string() }),
    rootfs: z.object({ diff_ids: z.array(z.string()) }),
});

const sha256 = (content: Buffer) => `sha256:${createHash("sha256").update(content).digest("hex")}`;

describe("Image files of the real node", () => {
    it("are OCI layouts in which every part has its digest and size", () =>
        withFolder(async (folder) => {
            await mkdir(join(folder, "root"));
            await writeFile(join(folder, "root", "program"), "x");
            const layer = join(folder, "layer.tar");
            await packLayer(join(folder, "root"), layer);
            const image = join(folder, "image.tar");
            await writeImage("example.org/a:1", [layer], { entrypoint: ["/program"], user: "1000" }, image);

            const layout = join(folder, "layout");
            await mkdir(layout);
            await run("tar", ["-xf", image, "-C", layout]);
            const part = async ({ digest, size }: z.infer<typeof descriptor>) => {
                const content = await readFile(join(layout, "blobs", digest.replace(":", "/")));
                assert.equal(content.length, size);
                assert.equal(sha256(content), digest);
                return content;
            };
            const json = (content: Buffer): unknown => JSON.parse(content.toString());
            const { manifests } = indexSchema.parse(json(await readFile(join(layout, "index.json"))));
            assert.equal(manifests[0].annotations["io.containerd.image.name"], "example.org/a:1");
            const manifest = manifestSchema.parse(json(await part(manifests[0])));
            const config = configSchema.parse(json(await part(manifest.config)));
            assert.deepEqual(config.config, { ...config.config, Entrypoint: ["/program"], User: "1000" });
            assert.deepEqual(
                config.rootfs.diff_ids,
                manifest.layers.map(({ digest }) => digest),
            );
            for (const each of manifest.layers) {
                assert.deepEqual(await part(each), await readFile(layer));
            }
        }));

    it("have the same layer for the same files, whenever they were written", () =>
        withFolder(async (folder) => {
            const layers: Buffer[] = [];
            for (const name of ["a", "b"]) {
                await mkdir(join(folder, name));
                await writeFile(join(folder, name, "file"), "x");
                await run("touch", ["-d", name === "a" ? "2001-01-01" : "2002-02-02", join(folder, name, "file")]);
                await packLayer(join(folder, name), join(folder, `${name}.tar`));
                layers.push(await readFile(join(folder, `${name}.tar`)));
            }
            assert.deepEqual(layers[0], layers[1]);
        }));
});
