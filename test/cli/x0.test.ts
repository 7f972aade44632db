import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { candidates } from "../../cli/completion/candidates";
import { COMPLETION_SHELLS, completionScript } from "../../cli/completion/scripts";
import { PROJECT_ROOT } from "../../project";
import { x0Program } from "../support/parsed";

const LAUNCHER = join(PROJECT_ROOT, "cli", "x0.mjs");

/** Largest size of what `x0 --help` loads (bytes); it was 164,000 when the command was written. */
const MOST_BYTES = 250_000;

/** Runs a program to its end. */
function call(program: string, args: readonly string[], cwd = PROJECT_ROOT) {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: "utf8" });
    return { status, stdout, stderr };
}

describe("The bundle of x0", () => {
    before(() => {
        assert.equal(call(process.execPath, [LAUNCHER, "--version"]).status, 0);
    });

    it("is small where only help is wanted: what the subcommands do is loaded when they run", () => {
        const folder = join(PROJECT_ROOT, "cli", "bin");
        const loaded = new Set<string>();
        const load = (name: string) => {
            if (!loaded.has(name)) {
                loaded.add(name);
                const text = readFileSync(join(folder, name), "utf8");
                for (const [, chunk = ""] of text.matchAll(/(?:from|import) ?"\.\/([\w-]+\.mjs)"/g)) {
                    load(chunk);
                }
            }
        };
        load("x0.mjs");
        const bytes = [...loaded].reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
        assert.ok(loaded.size > 1);
        assert.ok(bytes < MOST_BYTES, `${bytes}`);
    });

    it("runs from any folder of the checkout, and its subcommands load", () => {
        const { status, stderr } = call(
            process.execPath,
            [LAUNCHER, "migrate", "--stack", "dev"],
            join(PROJECT_ROOT, "docs"),
        );
        assert.equal(status, 2);
        assert.match(stderr, /^npx x0 migrate: .*Allowed choices are staging, prod\n {2}fix: npx x0 migrate --help\n$/);
    });

    it("is built again when a source has changed, and not otherwise", () => {
        const folder = mkdtempSync(join(tmpdir(), "x0tta6bl4-launcher-"));
        try {
            // A checkout of one source file, whose build records that it ran.
            for (const file of ["cli/x0.mjs", "cli/launch.mjs", "loader/origin.cjs"]) {
                cpSync(join(PROJECT_ROOT, file), join(folder, file));
            }
            symlinkSync(join(PROJECT_ROOT, "node_modules"), join(folder, "node_modules"));
            const source = join(folder, "source.ts");
            writeFileSync(source, "old");
            writeFileSync(
                join(folder, "cli", "build.ts"),
                `import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
                import { hash, originOf } from "../loader/origin.cjs";
                mkdirSync("cli/bin", { recursive: true });
                const text = readFileSync("source.ts", "utf8");
                writeFileSync("cli/bin/x0.mjs", "console.log(" + JSON.stringify(text + " built " + process.pid) + ");");
                writeFileSync("cli/bin/origin.json", JSON.stringify(originOf(".", { "source.ts": hash(text) })));`,
            );
            const run = () => call(process.execPath, [join("cli", "x0.mjs")], folder);
            const first = run();
            assert.match(first.stdout, /^old built \d+$/m, first.stderr);
            assert.equal(run().stdout, first.stdout);
            // An edit of the same size and time.
            const { atime, mtime } = statSync(source);
            writeFileSync(source, "new");
            utimesSync(source, atime, mtime);
            assert.match(run().stdout, /^new built \d+$/m);
            rmSync(source);
            assert.equal(run().status, 2);
        } finally {
            rmSync(folder, { recursive: true });
        }
    }).timeout(60_000);

    it("exits silently with code 141 when the reader closes its output", () => {
        for (const command of [
            `node ${LAUNCHER} --help`,
            "npm run --silent local -- --help",
            "npm run --silent smoke -- -h",
        ]) {
            // The reader closes the pipe before anything is written.
            const script = `${command} 2>/tmp/x0-$$ | true; code=\${PIPESTATUS[0]}; cat /tmp/x0-$$; rm /tmp/x0-$$; echo $code`;
            const { stdout } = call("bash", ["-c", script]);
            assert.match(stdout, /^(0|141)\n$/, command);
        }
    }).timeout(120_000);
});

describe("Completion of x0", () => {
    const completed = (...words: string[]) => candidates(x0Program(), words);

    it("offers subcommands, options, and the values of both", () => {
        assert.deepEqual(completed("st"), ["status"]);
        assert.ok(completed("").includes("port-forward"));
        assert.ok(!completed("").includes("complete"));
        assert.deepEqual(completed("status", "--st"), ["--stack"]);
        assert.deepEqual(completed("status", "--stack", ""), ["staging", "prod"]);
        assert.deepEqual(completed("status", "--stack", "p"), ["prod"]);
        assert.deepEqual(completed("monitoring", "--stack", "prod", "g"), ["grafana"]);
        assert.deepEqual(completed("cluster", "k"), ["kind", "k3d", "k3s"]);
        assert.deepEqual(completed("cluster", "kind", "--no"), ["--nodes"]);
        assert.deepEqual(completed("recover", "--then", "d"), ["destroy"]);
    });

    it("leaves file names and the command after -- to the shell", () => {
        assert.deepEqual(completed("smoke", "--outputs", ""), []);
        assert.deepEqual(completed("shell", "--", "l"), []);
    });

    for (const shell of COMPLETION_SHELLS) {
        it(`works in ${shell}`, function () {
            if (spawnSync(shell, ["--version"]).error !== undefined) {
                this.skip();
            }
            const script = completionScript(shell, LAUNCHER);
            const asked = {
                bash: `${script}\nCOMP_WORDS=(x0 logs --stack pr) COMP_CWORD=3; _x0; printf '%s\\n' "\${COMPREPLY[@]}"`,
                // Without a line editor there is nothing to complete: the candidates of the function are printed.
                zsh: `compdef() { :; }; compadd() { shift; print -l \${(P)1}; }\n${script}\nwords=(x0 logs --stack pr) CURRENT=4; _x0`,
                fish: `${script}\ncomplete --do-complete 'x0 logs --stack pr'`,
            }[shell];
            const { status, stdout, stderr } = call(shell, ["-c", asked]);
            assert.equal(status, 0, stderr);
            assert.equal(stdout.trim(), "prod");
        }).timeout(30_000);
    }
});
