import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { createProgress } from "../local/progress";
import { ensureTools } from "../local/tools";

/** What a suite counted. */
interface Counts {
    readonly passed: number;
    readonly failed: number;
    readonly skipped: number;
}

const countsSchema = z.object({ passed: z.number(), failed: z.number(), skipped: z.number() });

/** Runs a command with its output on the terminal; true when it ended well. */
function succeeds(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): boolean {
    return spawnSync(command, args, { stdio: "inherit", env }).status === 0;
}

/** Gets what some unit tests skip without: helm, actionlint, amtool, promtool, and the modules of Kubernetes' own Pod Security checks. */
async function prepare(): Promise<NodeJS.ProcessEnv> {
    succeeds("go", ["-C", "test/policy/psa", "mod", "download"]);
    const { helm, actionlint, amtool } = await ensureTools(
        ["helm", "actionlint", "amtool", "promtool"],
        createProgress(),
    );
    return { X0TTA6BL4_HELM: helm.path, X0TTA6BL4_ACTIONLINT: actionlint.path, X0TTA6BL4_AMTOOL: amtool.path };
}

/** A mocha run: its own counts, and one failure more when it ended without or against them. */
function mocha(config: string, folder: string, env: NodeJS.ProcessEnv): Counts {
    const file = join(folder, "counts.json");
    rmSync(file, { force: true });
    const args = [require.resolve("mocha/bin/mocha.js"), "--config", config, "--reporter", "test/support/reporter.cjs"];
    const good = succeeds(process.execPath, args, { ...process.env, ...env, MOCHA_COUNTS: file });
    const counts = readCounts(file);
    return good === (counts.failed === 0) ? counts : { ...counts, failed: counts.failed + 1 };
}

function readCounts(file: string): Counts {
    try {
        return countsSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    } catch {
        return { passed: 0, failed: 1, skipped: 0 };
    }
}

/** All tests, cheapest first; the last line is `N passed, N failed, N skipped`. */
async function main(): Promise<number> {
    const folder = mkdtempSync(join(tmpdir(), "x0tta6bl4-test-"));
    const npm = (script: string): Counts => {
        const good = succeeds("npm", ["run", "--silent", script]);
        return { passed: good ? 1 : 0, failed: good ? 0 : 1, skipped: 0 };
    };
    const env = await prepare();
    const suites: [string, () => Counts][] = [
        ["Format, lint, types", () => npm("check")],
        ["Unit tests", () => mocha("test/unit.mocharc.json", folder, env)],
        ["Rules of monitoring by promtool", () => mocha("test/rules.mocharc.json", folder, env)],
        ["End to end on the embedded cluster", () => mocha("test/e2e.mocharc.json", folder, env)],
    ];
    try {
        const results = suites.map(([title, suite]) => {
            console.log(`\n== ${title}`);
            return suite();
        });
        const sum = (part: keyof Counts) => results.reduce((total, counts) => total + counts[part], 0);
        console.log(`\n${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped`);
        return sum("failed") === 0 ? 0 : 1;
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

main().then(
    (code) => {
        process.exitCode = code;
    },
    (error: unknown) => {
        console.error(error instanceof Error ? error.message : String(error));
        console.log("\n0 passed, 1 failed");
        process.exitCode = 1;
    },
);
