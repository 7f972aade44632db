import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pulumiEnvironment } from "../../engine/environment";
import { PulumiCli } from "../../engine/pulumi";
import { PLACEHOLDER } from "../../engine/stackFile";
import { down } from "../../local/down";
import { up } from "../../local/up";
import { previewReport } from "../../pipeline/preview";
import { localPaths, separatePaths } from "../../process/paths";
import { ensureTools } from "../../tools";
import { progress } from "./support/embedded";
import { copyProject } from "./support/project";

describe("A checkout whose stack file holds encrypted values", () => {
    const folder = mkdtempSync(join(tmpdir(), "x0tta6bl4-encrypted-"));
    const paths = localPaths(folder);
    const temporary = join(folder, "tmp");
    const inherited = process.env.TMPDIR;

    before(async () => {
        copyProject(folder);
        mkdirSync(temporary);
        process.env.TMPDIR = temporary;
        // A backend and a passphrase that neither run uses otherwise.
        const owner = separatePaths(paths, "owner");
        const { pulumi } = await ensureTools(["pulumi"], progress);
        const env = await pulumiEnvironment(owner, pulumi, { official: true, standIns: [], reason: "" });
        const cli = new PulumiCli(pulumi.path, env, folder);
        for (const args of [
            ["stack", "init", "staging"],
            ["config", "set", "--stack", "staging", "--secret", "grafanaPassword", "a-better-password"],
        ]) {
            const { code, stderr } = await cli.call(args);
            assert.equal(code, 0, stderr);
        }
        const text = readFileSync(join(folder, "Pulumi.staging.yaml"), "utf8");
        assert.match(text, /^encryptionsalt: v1:/m);
        assert.match(text, /grafanaPassword:\n\s+secure: v1:/);
    });

    after(async () => {
        process.env.TMPDIR = inherited ?? "";
        if (inherited === undefined) {
            delete process.env.TMPDIR;
        }
        await down(progress, paths);
        rmSync(folder, { recursive: true, force: true });
    });

    it("has a preview for its pull requests", async () => {
        const { errors, resources } = await previewReport("staging", undefined, progress, folder);
        assert.deepEqual(errors, []);
        assert.ok(resources > 0);
    });

    it("runs on the embedded cluster, twice, and leaves its own stack file unchanged", async () => {
        const file = join(folder, "Pulumi.staging.yaml");
        const own = readFileSync(file, "utf8");
        assert.equal((await up("staging", progress, paths)).changed, true);
        assert.equal((await up("staging", progress, paths)).changed, false);
        const copy = readFileSync(join(paths.stacks, "Pulumi.staging.yaml"), "utf8");
        assert.match(copy, new RegExp(`grafanaPassword: ${PLACEHOLDER}`));
        assert.equal(readFileSync(file, "utf8"), own);
    });

    it("leaves no file in the folder for temporary files", () => {
        // tsx, and ts-node in the SDK's runner of policy packs, each keep one cache for all runs.
        assert.deepEqual(
            readdirSync(temporary).filter((name) => !/^(tsx|ts-node)-/.test(name)),
            [],
        );
    });
});
