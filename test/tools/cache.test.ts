import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { lookUp, makeStaging, place, toolFolder } from "../../tools/cache";
import { withFolder, writeScript } from "../support/temporary";

/** Modification time of the cached binary; in whole seconds, so that it can be restored. */
const fixedTime = new Date(1_700_000_000_000);

/** Puts a small tool into a cache and returns its folder. */
async function cachedTool(root: string): Promise<string> {
    const staging = await makeStaging(root, "etcd");
    await writeScript(join(staging, "etcd"), "echo 3.6.16");
    await utimes(join(staging, "etcd"), fixedTime, fixedTime);
    const folder = toolFolder(root, "etcd", "3.6.16", { os: "linux", arch: "amd64" });
    await place(staging, folder, { version: "3.6.16", binary: "etcd", checked: "recorded" });
    return folder;
}

describe("tool cache", () => {
    it("finds a tool again where it was placed", () =>
        withFolder(async (root) => {
            const folder = await cachedTool(root);
            assert.equal(folder, join(root, "etcd-3.6.16-linux-amd64"));
            assert.deepEqual(await lookUp(folder), {
                path: join(folder, "etcd"),
                version: "3.6.16",
                checked: "recorded",
            });
            assert.deepEqual(await readdir(root), ["etcd-3.6.16-linux-amd64"]);
        }));

    it("rejects a truncated binary", () =>
        withFolder(async (root) => {
            const folder = await cachedTool(root);
            await truncate(join(folder, "etcd"), 5);
            assert.equal(await lookUp(folder), undefined);
            await utimes(join(folder, "etcd"), fixedTime, fixedTime);
            assert.equal(await lookUp(folder), undefined);
        }));

    it("rejects a binary of the same size with other content", () =>
        withFolder(async (root) => {
            const folder = await cachedTool(root);
            const text = await readFile(join(folder, "etcd"), "utf8");
            await writeFile(join(folder, "etcd"), text.replace("3.6.16", "3.6.17"));
            await utimes(join(folder, "etcd"), new Date(), new Date(0));
            assert.equal(await lookUp(folder), undefined);
        }));

    it("keeps a binary that was only touched", () =>
        withFolder(async (root) => {
            const folder = await cachedTool(root);
            await utimes(join(folder, "etcd"), new Date(), new Date(0));
            assert.notEqual(await lookUp(folder), undefined);
        }));

    it("rejects a folder whose manifest was never finished", () =>
        withFolder(async (root) => {
            const folder = await cachedTool(root);
            await truncate(join(folder, "manifest.json"), 20);
            assert.equal(await lookUp(folder), undefined);
            await rm(join(folder, "manifest.json"));
            assert.equal(await lookUp(folder), undefined);
        }));

    it("replaces what is broken", () =>
        withFolder(async (root) => {
            const folder = await cachedTool(root);
            await truncate(join(folder, "etcd"), 0);
            await cachedTool(root);
            assert.notEqual(await lookUp(folder), undefined);
            assert.ok((await stat(join(folder, "etcd"))).size > 0);
            assert.deepEqual(await readdir(root), ["etcd-3.6.16-linux-amd64"]);
        }));

    it("removes what a killed run left of the same family only", () =>
        withFolder(async (root) => {
            const left = await makeStaging(root, "etcd");
            const other = await makeStaging(root, "kwok");
            await mkdir(join(left, "etcd"));
            const now = await makeStaging(root, "etcd");
            const names = await readdir(root);
            assert.deepEqual(names.map((name) => join(root, name)).sort(), [now, other].sort());
        }));
});
