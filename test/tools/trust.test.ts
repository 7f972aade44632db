import assert from "node:assert/strict";
import { join } from "node:path";
import { localPaths } from "../../process/paths";
import { makeStaging, place, toolFolder } from "../../tools/cache";
import type { Verification } from "../../tools/download";
import { findInCache, findTool } from "../../tools/find";
import { getMissing } from "../../tools/get";
import { HASHES } from "../../tools/hashes";
import { thisPlatform, TOOLS } from "../../tools/table";
import type { ToolName } from "../../tools";
import { withFolder, writeScript } from "../support/temporary";

const SILENT = {
    step: <T>(_: string, work: (step: { update: () => void }) => Promise<T>) => work({ update: () => undefined }),
    note: () => undefined,
};

/** Runs `work` with paths whose cache is empty, and with a PATH of one folder. */
function withCache<T>(work: (paths: ReturnType<typeof localPaths>, bin: string) => Promise<T>): Promise<T> {
    return withFolder(async (folder) => {
        const path = process.env.PATH;
        const bin = join(folder, "bin");
        process.env.PATH = bin;
        try {
            return await work(localPaths(folder, { XDG_CACHE_HOME: join(folder, "cache") }), bin);
        } finally {
            process.env.PATH = path;
        }
    });
}

describe("tools of a job with credentials", () => {
    /** Puts a tool into the cache that was checked in this way. */
    const cached = async (name: ToolName, version: string, tools: string, checked: Verification | undefined) => {
        const staging = await makeStaging(tools, name);
        await writeScript(join(staging, name), `echo ${version}`);
        await place(staging, toolFolder(tools, name, version, thisPlatform()), { version, binary: name, checked });
    };

    it("are of the pinned version when they come from PATH", () =>
        withCache(async (paths, bin) => {
            await writeScript(join(bin, "helm"), "/bin/echo v3.18.2");
            assert.equal((await findTool("helm", paths)).tool?.version, "3.18.2");
            const { tool, rejected } = await findTool("helm", paths, "verified");
            assert.equal(tool, undefined);
            assert.match(rejected[0] ?? "", new RegExp(`version 3\\.18\\.2, required is ${TOOLS.helm.version}`));
            await writeScript(join(bin, "helm"), `/bin/echo v${TOOLS.helm.version}`);
            assert.equal((await findTool("helm", paths, "verified")).tool?.source, "PATH");
        }));

    it("come from the cache only when their hash was recorded, or they were built from Go modules", () =>
        withCache(async (paths) => {
            const { version } = TOOLS.helm;
            for (const [checked, serves] of [
                ["recorded", true],
                ["modules", true],
                ["published", false],
                [undefined, false],
            ] as const) {
                await cached("helm", version, paths.tools, checked);
                assert.notEqual(await findInCache("helm", paths), undefined);
                assert.equal((await findInCache("helm", paths, "verified")) !== undefined, serves, String(checked));
            }
        }));

    it("never are a Pulumi CLI without its language host, which the Go module lacks", () =>
        withCache(async (paths) => {
            await cached("pulumi", TOOLS.pulumi.version, paths.tools, "modules");
            assert.notEqual(await findInCache("pulumi", paths), undefined);
            assert.equal(await findInCache("pulumi", paths, "verified"), undefined);
        }));

    it("are refused before anything is downloaded when they cannot be verified, with the command that fixes it", async function () {
        if ((TOOLS.pulumi.release(thisPlatform())?.url ?? "") in HASHES) {
            this.skip();
        }
        await withCache(async (paths) => {
            await assert.rejects(getMissing(["helm", "pulumi"], SILENT, paths, "verified"), (error) => {
                assert.ok(error instanceof Error);
                assert.match(
                    error.message,
                    /^pulumi 3\.270\.0 cannot be verified: tools\/hashes\.ts has no SHA-256 of https:/,
                );
                assert.match(error.message, /npx tsx tools\/printHashes\.ts pulumi$/m);
                return true;
            });
        });
    });
});
