import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { buildOnce } from "../../engine/buildOnce";
import { STAND_INS } from "../../engine/standIns";
import { StackFile } from "../../engine/stackFile";
import { updateOrigin } from "../../local/updateOrigin";
import { localPaths } from "../../process/paths";
import { withFolder } from "../support/temporary";

describe("What decides an update of the embedded cluster", () => {
    /** Files of a small project with everything that counts. */
    const FILES = {
        "index.ts": 'import { name } from "./components/name"; console.log(name);',
        "components/name.ts": 'export const name: string = "mesh";',
        "program.cjs": "",
        "Pulumi.yaml": "name: p",
        "node_modules/.package-lock.json": "{}",
        "policy/bin/built.json": "{}",
        ".local/stacks/Pulumi.staging.yaml": "encryptionsalt: v1:a\nconfig:\n  x0tta6bl4:mesh: { logLevel: INFO }\n",
        "tools/pulumi": "1",
        "tools/helm": "1",
        state: "{}",
    };

    /** Whether an update is repeated after a change of files, of variables, or of the clock. */
    const repeated = (change: Record<string, string>, variables: NodeJS.ProcessEnv = {}): Promise<boolean> =>
        withFolder(async (folder) => {
            const write = async (files: Record<string, string>) => {
                for (const [file, text] of Object.entries(files)) {
                    await mkdir(dirname(join(folder, file)), { recursive: true });
                    await writeFile(join(folder, file), text);
                }
            };
            const update = async (more: NodeJS.ProcessEnv) => {
                const copy = StackFile.open("", "", join(folder, ".local/stacks/Pulumi.staging.yaml"));
                const env = { X0TTA6BL4_HELM: join(folder, "tools/helm"), ...more };
                const origin = await updateOrigin(localPaths(folder), copy, env, join(folder, "tools/pulumi"));
                const build = { ...origin, outputs: [join(folder, "state")], record: join(folder, "updated.json") };
                return buildOnce(build, () => Promise.resolve());
            };
            await write(FILES);
            assert.equal(await update({}), true);
            assert.equal(await update({}), false);
            await write(change);
            return update(variables);
        });

    for (const [what, change] of [
        ["a source", { "components/name.ts": 'export const name: string = "mush";' }],
        ["a source that no longer compiles", { "components/name.ts": "export const name: string = (" }],
        ["the project file", { "Pulumi.yaml": "name: q" }],
        ["the installed packages", { "node_modules/.package-lock.json": "[]" }],
        ["the policies", { "policy/bin/built.json": "[]" }],
        ["a setting", { ".local/stacks/Pulumi.staging.yaml": "config:\n  x0tta6bl4:mesh: { logLevel: ERROR }\n" }],
        ["the Pulumi CLI", { "tools/pulumi": "12" }],
        ["Helm", { "tools/helm": "12" }],
        ["the state", { state: "[]" }],
    ] as const) {
        it(`includes ${what}`, async () => {
            assert.equal(await repeated(change), true);
        });
    }

    it("includes variables that the program, a plugin or Helm reads, and no other", async () => {
        assert.equal(await repeated({}, { HELM_NAMESPACE: "other" }), true);
        assert.equal(await repeated({}, { PATH: "/opt/plugins" }), true);
        assert.equal(await repeated({}, { TERM: "xterm" }), false);
    });

    it("does not include what the CLI adds to the stack file, nor a comment or a source that the program does not import", async () => {
        const salt = "encryptionsalt: v1:b\nconfig:\n  # INFO is enough\n  x0tta6bl4:mesh: { logLevel: INFO }\n";
        assert.equal(await repeated({ ".local/stacks/Pulumi.staging.yaml": salt }), false);
        assert.equal(await repeated({ "test/name.test.ts": "" }), false);
    });

    it("includes the stand-ins for plugins and the day, since exceptions from policies expire", async () => {
        await withFolder(async (folder) => {
            const file = StackFile.open("", "", join(folder, "Pulumi.staging.yaml"));
            const { inputs, values } = await updateOrigin(localPaths(folder), file, {}, "pulumi");
            assert.ok(inputs.includes(join(STAND_INS, "built.json")));
            assert.equal(values?.day, new Date().toISOString().slice(0, 10));
        });
    });
});
