import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { localPaths } from "../../process/paths";
import { CommandError } from "../../process/run";
import { LocalStack } from "../../local/stack";
import { withFolder, writeScript } from "../support/temporary";

/** What the CLI warns of in every call where a plugin lies in PATH. */
const WARNING = "warning: using pulumi-language-nodejs from $PATH";

/** A CLI that finds changes in a preview and fails in an update, with an output of its own. */
const failing = (output: string) => `echo '${WARNING}' >&2
case "$1" in
    preview) echo 'error: no changes were expected but changes were proposed' >&2; exit 1 ;;
    up) ${output}; exit 1 ;;
esac`;

describe("a stack on the embedded cluster", () => {
    /** The message of an update that fails. */
    const failure = (output: string): Promise<string> =>
        withFolder(async (folder) => {
            const paths = localPaths(folder);
            await mkdir(paths.stacks, { recursive: true });
            const pulumi = await writeScript(join(folder, "pulumi"), failing(output));
            const stack = new LocalStack(paths, pulumi, process.env, "staging", join(folder, "Pulumi.staging.yaml"));
            const error = await stack.up({ update: () => undefined }).then(
                () => assert.fail("the update ended well"),
                (reason: unknown) => reason,
            );
            assert.ok(error instanceof CommandError && error.code === 1);
            return error.message.replaceAll(folder, "");
        });

    it("tells what failed in an update, which the CLI prints above its summary, and where the whole output is", async () => {
        assert.equal(
            await failure(
                "printf 'Updating (staging):\\n + Pod mesh creating\\nDiagnostics:\\n  Pod (mesh):\\n    error: no node\\n'",
            ),
            [
                "pulumi up: exit code 1",
                "Diagnostics:",
                "  Pod (mesh):",
                "    error: no node",
                "Whole output: /.local/logs/pulumi-staging.log",
            ].join("\n"),
        );
    });

    it("tells what the CLI says where it never came to the program", async () => {
        const message = await failure("echo 'error: the stack is locked' >&2");
        assert.match(message, /^pulumi up: exit code 1\n[^]*error: the stack is locked\nWhole output: /);
    });
});
