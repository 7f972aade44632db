import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { runX0, splitRest } from "../../cli/x0";
import { localCommand } from "../../local/command";
import { localPaths } from "../../process/paths";
import { run } from "../../process/run";
import { PROJECT_ROOT } from "../../project";
import { smokeCommand } from "../../smoke/command";
import { CannotRun } from "../../errors";
import { faultText, uniform } from "../../terminal/commandLine";
import { lazyImports } from "../support/lazyImports";
import { allCommands, parsedBy, parsedX0, x0Program } from "../support/parsed";

const terminal = { columns: 60, colour: false, interactive: false };

/** Subcommands that require an existing stack, with their other required arguments. */
const ON_A_STACK: readonly (readonly string[])[] = [
    ["status"],
    ["logs"],
    ["shell", "--", "ls"],
    ["port-forward"],
    ["monitoring", "grafana"],
    ["spire", "health"],
    ["rollout", "status"],
    ["diff"],
    ["recover"],
    ["destroy"],
    ["clean"],
];

/** Asserts that a command line is rejected. */
async function refuses(argv: readonly string[], message: RegExp, fix: RegExp): Promise<void> {
    await assert.rejects(parsedX0(argv), (error) => {
        assert.ok(error instanceof CannotRun, String(error));
        assert.match(error.message, message);
        assert.match(error.fix, fix);
        return true;
    });
}

describe("x0 on a stack", () => {
    const folder = mkdtempSync(join(tmpdir(), "x0tta6bl4-no-stack-"));
    const context = { paths: localPaths(folder, { HOME: folder }), terminal, env: { PATH: "/nonexistent" } };

    before(() => lazyImports);

    after(() => {
        rmSync(folder, { recursive: true });
    });

    for (const [name = "", ...more] of ON_A_STACK) {
        it(`${name} stops at a stack that does not exist, and says how to create it`, async () => {
            for (const [argv, problem] of [
                [["--stack", "prod"], "there is no stack prod: "],
                [[], "no stack is selected: "],
            ] as const) {
                const own = ["spire", "rollout"].includes(name) ? [name, ...more, ...argv] : [name, ...argv, ...more];
                await assert.rejects(runX0(own, context), (error) => {
                    assert.ok(error instanceof CannotRun, String(error));
                    assert.ok(error.message.startsWith(problem), error.message);
                    assert.match(error.fix, /npm run local -- --stack (prod|staging)/);
                    return true;
                });
            }
        });
    }

    it("refuses a stack that the program does not have, in every command with --stack", async () => {
        for (const [name, command] of allCommands(x0Program())) {
            if (command.options.some(({ long }) => long === "--stack")) {
                const words = name.split(" ").slice(2);
                await refuses(
                    [...words, "--stack", "dev"],
                    /'dev' is invalid\. Allowed choices are staging, prod/,
                    /./,
                );
            }
        }
    });
});

describe("x0 on the command line", () => {
    it("reads every option by its definition", async () => {
        assert.deepEqual(await parsedX0(["shell", "abcde", "--", "ls", "--stack", "x"]), {
            command: "shell",
            args: ["abcde"],
            options: { container: "x0tta6bl4" },
            rest: ["ls", "--stack", "x"],
        });
        const { command, options } = await parsedX0(["recover", "--adopt", "A b/c", "--adopt", "D e", "--dry-run"]);
        assert.deepEqual([command, options], ["recover", { adopt: ["A b/c", "D e"], then: "up", dryRun: true }]);
        const created = await parsedX0(["cluster", "kind", "-y", "--nodes", "3", "--kubernetes", "1.34.0"]);
        assert.deepEqual(created.options, {
            ...{ stack: "staging", name: "x0tta6bl4", nodes: 3 },
            ...{ kubernetes: "1.34.0", yes: true },
        });
        assert.deepEqual((await parsedX0(["pipeline", "tools", "helm", "kubectl"])).args, [["helm", "kubectl"]]);
    });

    for (const [argv, message, fix] of [
        [["sttaus"], /unknown command 'sttaus'\n\(Did you mean status\?\)/, /^npx x0 --help$/],
        [["logs", "--prevous"], /unknown option '--prevous'\n\(Did you mean --previous\?\)/, /^npx x0 logs --help$/],
        [[], /subcommand is missing/, /^npx x0 --help$/],
        [["cluster"], /subcommand is missing/, /^npx x0 cluster --help$/],
        [["cluster", "docker"], /unknown command 'docker'/, /^npx x0 cluster --help$/],
        [["cluster", "kind", "--name", "Big_One"], /'Big_One' is invalid. Must be at most 32/, /kind --help$/],
        [["cluster", "kind", "--nodes", "0"], /'0' is invalid. Must be a whole number from 1 to 9/, /./],
        [["cluster", "kind", "--kubernetes", "latest"], /Must be a version, e\.g\. 1\.34\.0/, /./],
        [["cluster", "kind", "--context", "c"], /unknown option '--context'/, /./],
        [["cluster", "existing"], /required option '--context <name>' not specified/, /./],
        [["doctor", "--yes"], /unknown option '--yes'/, /^npx x0 doctor --help$/],
        [["monitoring"], /missing required argument 'service'/, /./],
        [["monitoring", "kibana"], /Allowed choices are grafana, prometheus, alertmanager/, /./],
        [["port-forward", "htpp"], /Allowed choices are http, metrics/, /./],
        [["spire", "svid"], /missing required argument 'pod'/, /^npx x0 spire svid --help$/],
        [["spire", "entries", "x"], /too many arguments/, /./],
        [["migrate"], /required option '--stack <name>' not specified/, /./],
        [["pipeline", "previw"], /unknown command 'previw'/, /^npx x0 pipeline --help$/],
        [["pipeline", "preview", "--stack", "prod", "--plan", "x"], /unknown option '--plan'/, /./],
        [["pipeline", "plan", "--stack", "prod"], /required option '--plan <file>'/, /./],
        [["pipeline", "tools"], /missing required argument 'name'/, /./],
        [["policy", "check"], /missing required argument 'input'/, /./],
        [["status", "--", "x"], /status accepts no arguments after --/, /./],
    ] as const) {
        it(`refuses "${argv.join(" ")}" with what is allowed and where the help is`, async () => {
            await refuses(argv, message, fix);
        });
    }

    it("takes what follows -- in shell only", () => {
        assert.deepEqual(splitRest(["shell", "--", "a", "--"]), { own: ["shell"], rest: ["a", "--"] });
        assert.deepEqual(splitRest(["logs", "x"]), { own: ["logs", "x"], rest: undefined });
    });

    it("reports a fault as what is wrong and how to fix it", () => {
        assert.equal(
            faultText("npx x0 logs", new CannotRun("a: b", "do\nor do")),
            "npx x0 logs: a: b\n  fix: do\n  fix: or do",
        );
        assert.equal(faultText("npx x0 logs", new Error("a")), "npx x0 logs: a");
    });
});

describe("Every command", () => {
    const local = localCommand({ exitCode: 0 });
    const smoke = smokeCommand({ exitCode: 0 }, "npm run smoke --");
    uniform(local);
    uniform(smoke);

    for (const [name, command] of [x0Program(), local, smoke].flatMap(allCommands)) {
        it(`${name} has a help text by -h and --help, of 60 columns at most, with a sentence about each option`, async () => {
            const text = command.configureOutput({ getOutHelpWidth: () => 60 }).helpInformation();
            assert.deepEqual(
                text.split("\n").filter((line) => line.length > 60),
                [],
            );
            assert.match(text, /-h, --help/);
            assert.ok(command.options.every(({ description }) => description !== ""));
            for (const flag of ["-h", "--help"]) {
                assert.equal((await parsedBy(command, [flag])).command, "");
            }
        });
    }

    it("is explained by help, too", async () => {
        const { stdout } = await run(process.execPath, ["cli/x0.mjs", "help", "status"], { cwd: PROJECT_ROOT });
        assert.match(stdout, /^Usage: npx x0 status /);
    }).timeout(60_000);

    it("has the exit codes in its help, and contractions nowhere", async () => {
        for (const words of [["status"], ["cluster", "kind"], ["pipeline", "drift"]]) {
            const { stdout } = await run(process.execPath, ["cli/x0.mjs", ...words, "-h"], { cwd: PROJECT_ROOT });
            assert.match(stdout, /^Exit codes: 0 done, 1 found something wrong, 2 could not run$/m);
            assert.doesNotMatch(stdout, /n't\b/);
        }
    }).timeout(60_000);
});

describe("Every npm script that is a program", () => {
    const { scripts } = z
        .object({ scripts: z.record(z.string(), z.string()) })
        .parse(JSON.parse(readFileSync(join(PROJECT_ROOT, "package.json"), "utf8")));

    for (const name of Object.keys(scripts).filter((each) => /^(tsx (?!test\/run)|node )/.test(scripts[each] ?? ""))) {
        it(`${name} prints its help by -h, and refuses an option that it does not have with exit code 2`, async () => {
            const [program = "", file = ""] = (scripts[name] ?? "").split(" ");
            const runner = program === "tsx" ? ["--import", "tsx", file] : [file];
            const call = (flag: string) =>
                run(process.execPath, [...runner, flag], { cwd: PROJECT_ROOT, allowExit: true });
            const help = await call("-h");
            assert.equal(help.code, 0, help.stderr);
            assert.match(help.stdout, new RegExp(`npm run ${name}`));
            const wrong = await call("--nope");
            assert.equal(wrong.code, 2, wrong.stderr);
            assert.match(wrong.stderr, /--nope/);
            assert.doesNotMatch(wrong.stderr, /^ +at /m);
        }).timeout(60_000);
    }
});
