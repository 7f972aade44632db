import assert from "node:assert/strict";
import { mkdir, readdir, realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { localPaths } from "../../process/paths";
import { createProgress } from "../../terminal/progress";
import type { Tool } from "../../tools";
import { officialPlugins } from "../../tools";
import { withFolder, writeScript } from "../support/temporary";

/** Runs `work` with other environment variables. */
async function withEnvironment(changes: Record<string, string>, work: () => Promise<void>): Promise<void> {
    const before = { ...process.env };
    Object.assign(process.env, changes);
    try {
        await work();
    } finally {
        process.env = before;
    }
}

/** A checkout in a folder, a user's Pulumi home with both plugins, and a CLI. */
async function prepare(folder: string): Promise<{ home: string; pulumi: Tool; paths: ReturnType<typeof localPaths> }> {
    const checkout = join(folder, "checkout");
    const home = join(folder, "user-home");
    await mkdir(checkout);
    const dependencies = { "@pulumi/kubernetes": "4.34.2", "@pulumi/random": "4.21.2" };
    await writeFile(join(checkout, "package.json"), JSON.stringify({ dependencies }));
    for (const [name, version] of [
        ["kubernetes", "4.34.2"],
        ["random", "4.21.2"],
    ] as const) {
        await writeScript(join(home, "plugins", `resource-${name}-v${version}`, `pulumi-resource-${name}`), "exit 0");
    }
    const path = await writeScript(join(folder, "cli", "pulumi"), "echo v3.270.0");
    const paths = localPaths(checkout, { XDG_CACHE_HOME: join(folder, "cache") });
    return { home, pulumi: { name: "pulumi", path, version: "3.270.0", source: "PATH" }, paths };
}

describe("official plugins", () => {
    const quiet = createProgress({ write: () => undefined }, {});

    it("are linked from the user's Pulumi home, which is only read", () =>
        withFolder(async (folder) => {
            const { home, pulumi, paths } = await prepare(folder);
            await writeScript(join(folder, "cli", "pulumi-language-nodejs"), "exit 0");
            await withEnvironment({ PULUMI_HOME: home, PATH: "/nowhere" }, async () => {
                const route = await officialPlugins(pulumi, quiet, paths);
                assert.deepEqual(route, { official: true, standIns: [], reason: "Plugins: the official ones." });
            });
            assert.deepEqual(await readdir(home), ["plugins"]);
            const linked = join(paths.pulumiHome, "plugins", "resource-random-v4.21.2", "pulumi-resource-random");
            assert.ok((await realpath(linked)).startsWith(await realpath(home)));
        }));

    it("leave the language host to its stand-in when the CLI has none", () =>
        withFolder(async (folder) => {
            const { home, pulumi, paths } = await prepare(folder);
            await writeScript(join(paths.bin, "pulumi-language-nodejs"), "exit 0");
            await withEnvironment({ PULUMI_HOME: home, PATH: paths.bin }, async () => {
                const route = await officialPlugins(pulumi, quiet, paths);
                assert.equal(route.official, false);
                assert.deepEqual(route.standIns, ["language"]);
                assert.match(route.reason, /stand-ins for language;/);
            });
        }));

    it("are taken from PATH as they are", () =>
        withFolder(async (folder) => {
            const { pulumi, paths } = await prepare(folder);
            const path = join(folder, "path");
            for (const name of ["pulumi-language-nodejs", "pulumi-resource-kubernetes", "pulumi-resource-random"]) {
                await writeScript(join(path, name), "exit 0");
            }
            await withEnvironment({ PULUMI_HOME: join(folder, "empty"), PATH: path }, async () => {
                assert.equal((await officialPlugins(pulumi, quiet, paths)).official, true);
            });
        }));
});
