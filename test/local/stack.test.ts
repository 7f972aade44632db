import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { localPaths } from "../../process/paths";
import { CommandError } from "../../process/run";
import { PulumiCli } from "../../engine/pulumi";
import { LocalStack, summaryOf } from "../../local/stack";
import { withFolder, writeScript } from "../support/temporary";

/** Warning of the CLI in every call if a plugin is on PATH. */
const WARNING = "warning: using pulumi-language-nodejs from $PATH";

/** Writes text to the engine's event log. */
const writesEvents = (events: string) =>
    `while [ $# -gt 0 ]; do [ "$1" = --event-log ] && printf '%s\\n' '${events}' > "$2"; shift; done`;

/** A CLI that finds changes in a preview and fails in an update, with its own output. */
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
            const stack = new LocalStack(
                paths,
                new PulumiCli(pulumi, process.env, paths.stacks),
                "staging",
                join(folder, "Pulumi.staging.yaml"),
            );
            const error = await stack.up({ update: () => undefined }).then(
                () => assert.fail("the update ended well"),
                (reason: unknown) => reason,
            );
            assert.ok(error instanceof CommandError && error.code === 1);
            return error.message.replaceAll(folder, "");
        });

    it("reports what failed in an update, which the CLI prints above its summary, and where the whole output is", async () => {
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

    it("reports the error of the CLI where it never started the program", async () => {
        const message = await failure("echo 'error: the stack is locked' >&2");
        assert.match(message, /^pulumi up: exit code 1\n[^]*error: the stack is locked\nWhole output: /);
    });

    /** Events of an update with one error among many exceptions, as the engine logs them. */
    const EVENTS = [
        ...Array.from({ length: 40 }, (_, index) => policyEvent("image-digest", "advisory", `finding ${index}`)),
        policyEvent("host-path", "mandatory", "Pod a/b: mounts /."),
        { diagnosticEvent: { severity: "error", message: "Pod a/b: no node fits\n" } },
        { diagnosticEvent: { severity: "warning", message: "deprecated\n" } },
        { diagnosticEvent: { severity: "error", message: "update failed\n" } },
        policyEvent("summary", "advisory", "7 exceptions used"),
    ]
        .map((event) => JSON.stringify(event))
        .join("\n");

    it("reports errors and violations first, then how many advisory findings there are and how to list them", async () => {
        const report = [
            "error: Pod a/b: no node fits",
            "policy violation: host-path: Pod a/b: mounts /.",
            "Advisory policy findings: 40. To list them: npx x0 diff --stack staging",
            "7 exceptions used",
        ].join("\n");
        assert.equal(summaryOf(EVENTS, "staging"), report);
        assert.equal(
            await failure(`${writesEvents(EVENTS)}; echo Diagnostics:`),
            `pulumi up: exit code 1\n${report}\nWhole output: /.local/logs/pulumi-staging.log`,
        );
    });

    it("previews a new stack only where a policy stopped its update, which ends at the first violation", async () => {
        const [host, user] = ["host-path", "run-as-non-root"].map((rule) =>
            JSON.stringify(policyEvent(rule, "mandatory", "Pod a/b: wrong")),
        );
        await withFolder(async (folder) => {
            const paths = localPaths(folder);
            await mkdir(paths.stacks, { recursive: true });
            const script = `echo "$1" >> ${folder}/calls
case "$1" in
    preview) ${writesEvents(`${host}\n${user}`)}; exit 1 ;;
    up) [ -e ${folder}/repaired ] && exit 0; ${writesEvents(String(host))}; exit 1 ;;
esac`;
            const pulumi = await writeScript(join(folder, "pulumi"), script);
            const cli = new PulumiCli(pulumi, process.env, paths.stacks);
            const stack = new LocalStack(paths, cli, "staging", join(folder, "Pulumi.staging.yaml"));
            const step = { update: () => undefined };
            await assert.rejects(stack.up(step), (error: Error) => {
                assert.match(error.message, /host-path: .*\n.*run-as-non-root: /);
                return true;
            });
            await writeFile(join(folder, "repaired"), "");
            assert.equal(await stack.up(step), true);
            const calls = (await readFile(join(folder, "calls"), "utf8")).trim().split("\n");
            // The stack's file is the backend's: this CLI writes none, so that the stack stays new. Nothing is recovered.
            assert.deepEqual(calls, ["stack", "up", "preview", "stack", "up"]);
        });
    });

    for (const [what, step, recovers] of [
        [
            "before it changed an object",
            { op: "create", type: "x0tta6bl4:mesh:MeshApp", new: { custom: false } },
            false,
        ],
        ["while it changed one", { op: "create", type: "kubernetes:core/v1:Secret", new: { custom: true } }, true],
    ] as const) {
        it(`${recovers ? "recovers" : "has nothing to recover"} after an update that failed ${what}`, async () => {
            const event = JSON.stringify({ resourcePreEvent: { metadata: { urn: "urn", ...step } } });
            await withFolder(async (folder) => {
                const paths = localPaths(folder);
                await mkdir(paths.stacks, { recursive: true });
                const script = `echo "$1" >> ${folder}/calls
case "$1" in
    up) [ -e ${folder}/repaired ] && exit 0; ${writesEvents(event)}; exit 1 ;;
esac`;
                const pulumi = await writeScript(join(folder, "pulumi"), script);
                const cli = new PulumiCli(pulumi, process.env, paths.stacks);
                const stack = new LocalStack(paths, cli, "staging", join(folder, "Pulumi.staging.yaml"));
                await assert.rejects(stack.up({ update: () => undefined }), /pulumi up: exit code 1/);
                await writeFile(join(folder, "repaired"), "");
                await stack.up({ update: () => undefined });
                const calls = (await readFile(join(folder, "calls"), "utf8")).split("\n");
                assert.equal(calls.includes("refresh"), recovers, calls.join(", "));
            });
        });
    }

    it("leaves the report to the CLI where the engine logged no error", () => {
        assert.equal(summaryOf("", "staging"), undefined);
        assert.equal(summaryOf(EVENTS.split("\n").slice(0, 40).join("\n"), "staging"), undefined);
    });
});

/** A policy's report, as the engine logs it. */
function policyEvent(policyName: string, enforcementLevel: string, message: string) {
    return { policyEvent: { resourceUrn: "urn:pulumi:s::p::t::n", policyName, enforcementLevel, message } };
}
