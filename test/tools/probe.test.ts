import assert from "node:assert/strict";
import { chmod } from "node:fs/promises";
import { delimiter, join, relative } from "node:path";
import { findOnPath } from "../../tools/probe";
import { TOOLS } from "../../tools/table";
import { withFolder, writeScript } from "../support/temporary";

describe("tools on PATH", () => {
    it("are taken when they answer with a version that serves", () =>
        withFolder(async (folder) => {
            const path = await writeScript(join(folder, "kubectl"), 'echo "Client Version: v1.32.4-dispatcher"');
            const { tool, rejected } = await findOnPath("kubectl", TOOLS.kubectl, folder);
            assert.deepEqual(tool, { name: "kubectl", path, version: "1.32.4", source: "PATH" });
            assert.deepEqual(rejected, []);
        }));

    it("are rejected when they are too old, do not answer, or print no version, and the next one is taken", () =>
        withFolder(async (folder) => {
            await writeScript(join(folder, "a", "helm"), "echo v3.1.0");
            await writeScript(join(folder, "b", "helm"), "echo broken >&2; exit 1");
            await writeScript(join(folder, "c", "helm"), "echo hello");
            await writeScript(join(folder, "d", "helm"), "echo v3.18.2+gabc");
            const path = ["a", "b", "c", "d"].map((name) => join(folder, name)).join(delimiter);
            const { tool, rejected } = await findOnPath("helm", TOOLS.helm, path);
            assert.equal(tool?.version, "3.18.2");
            assert.equal(rejected.length, 3);
            assert.match(rejected[0]!, /a\/helm is version 3\.1\.0, required is >=3\.14\.0 <4\.0\.0/);
            assert.match(rejected[1]!, /b\/helm does not answer: .*broken/s);
            assert.match(rejected[2]!, /c\/helm prints no version/);
        }));

    it("must have their companions: a Pulumi CLI without its Node language host does not serve", () =>
        withFolder(async (folder) => {
            await writeScript(join(folder, "pulumi"), "echo v3.240.0");
            const without = await findOnPath("pulumi", TOOLS.pulumi, folder);
            assert.equal(without.tool, undefined);
            assert.match(without.rejected[0]!, /no pulumi-language-nodejs beside it/);
            await writeScript(join(folder, "pulumi-language-nodejs"), "exit 0");
            assert.equal((await findOnPath("pulumi", TOOLS.pulumi, folder)).tool?.version, "3.240.0");
        }));

    it("are not looked for in relative folders or among files that are not executable", () =>
        withFolder(async (folder) => {
            const path = await writeScript(join(folder, "etcd"), "echo 3.6.16");
            const relativeFolder = relative(process.cwd(), folder);
            assert.equal((await findOnPath("etcd", TOOLS.etcd, relativeFolder)).tool, undefined);
            await chmod(path, 0o644);
            assert.equal((await findOnPath("etcd", TOOLS.etcd, `${delimiter}${folder}`)).tool, undefined);
            assert.equal((await findOnPath("etcd", TOOLS.etcd, undefined)).tool, undefined);
        }));
});
