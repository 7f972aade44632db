import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { parseArguments as localArguments, USAGE as LOCAL } from "../../local/arguments";
import { localPaths } from "../../process/paths";
import { run } from "../../process/run";
import { HELP as POLICY, readArguments as policyArguments } from "../../policy/cli/arguments";
import { parseArguments as clusterArguments, USAGE as CLUSTER } from "../../cli/cluster/arguments";
import { clean } from "../../cli/commands/clean";
import { destroy } from "../../cli/commands/destroy";
import { diff } from "../../cli/commands/diff";
import { logs } from "../../cli/commands/logs";
import { monitoringCommand as monitoring } from "../../cli/commands/monitoring";
import { portForward } from "../../cli/commands/portForward";
import { recover } from "../../cli/commands/recover";
import { shell } from "../../cli/commands/shell";
import { status } from "../../cli/commands/status";
import { parseArguments as pipelineArguments, USAGE as PIPELINE } from "../../pipeline/arguments";
import { spire } from "../../cli/commands/spire";
import { CannotRun } from "../../errors";
import { parseArguments as smokeArguments, USAGE as SMOKE } from "../../smoke/arguments";
import { PROJECT_ROOT } from "../../project";

const DAILY = [status, logs, shell, portForward, diff, recover, destroy, clean, monitoring, spire];

const terminal = { columns: 60, colour: false, interactive: false };

/** Programs by npm script: what the help says, and a reader of arguments that throws. */
const READERS: Readonly<Record<string, readonly [help: string, read: (argv: string[]) => unknown]>> = {
    ...Object.fromEntries(
        DAILY.map((command) => [
            command.name,
            [command.usage, (argv: string[]) => command.run(argv, { paths: localPaths(), terminal, env: {} })],
        ]),
    ),
    local: [LOCAL, localArguments],
    cluster: [CLUSTER, clusterArguments],
    pipeline: [PIPELINE, pipelineArguments],
    smoke: [SMOKE, smokeArguments],
    "policy:check": [POLICY, policyArguments],
};

/** Programs that have no reader of their own; all print their help when an argument is wrong. */
const OTHERS = ["migrate", "bench", "docs"];

const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(PROJECT_ROOT, "package.json"), "utf8")));

/** What a command needs besides the stack before it looks for one. */
const MORE: Readonly<Record<string, readonly string[]>> = {
    monitoring: ["grafana"],
    spire: ["health"],
    shell: ["--", "ls"],
};

describe("Every daily command", () => {
    const folder = mkdtempSync(join(tmpdir(), "x0tta6bl4-no-stack-"));
    const context = { paths: localPaths(folder, { HOME: folder }), terminal, env: { PATH: "/nonexistent" } };

    after(() => {
        rmSync(folder, { recursive: true });
    });

    for (const command of DAILY) {
        const { name } = command;
        it(`${name} stops at a stack that does not exist, and says how to make it`, async () => {
            for (const [argv, problem] of [
                [["--stack", "prod"], "there is no stack prod: "],
                [[], "no stack is selected: "],
            ] as const) {
                await assert.rejects(command.run([...argv, ...(MORE[name] ?? [])], context), (error) => {
                    assert.ok(error instanceof CannotRun, String(error));
                    assert.ok(error.message.startsWith(problem), error.message);
                    assert.match(error.fix, /npm run local -- --stack (prod|staging)/);
                    return true;
                });
            }
        });

        it(`${name} stops at a stack that is none of this program's`, async () => {
            await assert.rejects(
                command.run(["--stack", "dev", ...(MORE[name] ?? [])], context),
                /--stack dev: must be staging or prod/,
            );
        });
    }
});

describe("Every npm script that is a program", () => {
    it("is looked at here; the tests' own runner takes no arguments", () => {
        const programs = Object.keys(scripts).filter((name) => scripts[name]?.startsWith("tsx ") && name !== "test");
        assert.deepEqual([...Object.keys(READERS), ...OTHERS].sort(), programs.sort());
    });

    for (const [name, [help, read]] of Object.entries(READERS)) {
        it(`${name} has a help text that names it and fits 60 columns, and refuses a flag that it does not have`, async () => {
            assert.ok(help.includes(`npm run ${name} `), help);
            assert.deepEqual(
                help.split("\n").filter((line) => line.length > 60),
                [],
            );
            assert.match(help, /--help/);
            assert.match(help, /^Exit code: /m);
            await assert.rejects(
                async () => {
                    await read(["--nope"]);
                },
                (error: Error) => error.message.includes("--nope") && !error.message.includes("positional"),
            );
        });
    }

    for (const name of OTHERS) {
        it(`${name} refuses a flag that it does not have: exit code 2, its help in 60 columns, nothing else done`, async () => {
            const args = ["--require", "tsx/cjs", (scripts[name] ?? "").slice("tsx ".length), "--nope"];
            const { code, stderr } = await run(process.execPath, args, { cwd: PROJECT_ROOT, allowExit: true });
            assert.equal(code, 2, stderr);
            assert.match(stderr, new RegExp(`--nope[^]*npm run ${name}`));
            assert.deepEqual(
                stderr.split("\n").filter((line) => line.length > 60 || /^ +at |positional/.test(line)),
                [],
            );
        });
    }
});
