import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { CommandError, run } from "../local/process";
import { createProgress } from "../local/progress";
import { ensureTools } from "../local/tools";

/** What a suite counted. */
interface Counts {
    readonly passed: number;
    readonly failed: number;
    readonly skipped: number;
}

const countsSchema = z.object({ passed: z.number(), failed: z.number(), skipped: z.number() });

/** Runs a command; true when it ended well. Each line of its output comes with the suite's name: two run at a time. */
async function succeeds(
    name: string,
    command: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv,
): Promise<boolean> {
    const onLine = (line: string) => {
        console.log(`${name.padEnd(8)} | ${line}`);
    };
    try {
        await run(command, args, { env, onLine });
        return true;
    } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        return false;
    }
}

/** Gets what some unit tests skip without: helm, actionlint, amtool, promtool, and the modules of Kubernetes' own Pod Security checks. */
async function prepare(): Promise<NodeJS.ProcessEnv> {
    await succeeds("tools", "go", ["-C", "test/policy/psa", "mod", "download"], process.env);
    const { helm, actionlint, amtool } = await ensureTools(
        ["helm", "actionlint", "amtool", "promtool"],
        createProgress(),
    );
    return { X0TTA6BL4_HELM: helm.path, X0TTA6BL4_ACTIONLINT: actionlint.path, X0TTA6BL4_AMTOOL: amtool.path };
}

/** A script of package.json as one test. */
async function script(name: string): Promise<Counts> {
    const good = await succeeds(name, "npm", ["run", "--silent", name], process.env);
    return { passed: good ? 1 : 0, failed: good ? 0 : 1, skipped: 0 };
}

/** A mocha run: its own counts, and one failure more when it ended without or against them. */
async function mocha(name: string, config: string, folder: string, env: NodeJS.ProcessEnv): Promise<Counts> {
    const file = join(folder, `${name}.json`);
    const args = [require.resolve("mocha/bin/mocha.js"), "--config", config, "--reporter", "test/support/reporter.cjs"];
    const good = await succeeds(name, process.execPath, args, { ...process.env, ...env, MOCHA_COUNTS: file });
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

/** Suites that run one after the other. */
type Lane = readonly (() => Promise<Counts>)[];

async function countsOf(lane: Lane): Promise<Counts[]> {
    const counts: Counts[] = [];
    for (const suite of lane) counts.push(await suite());
    return counts;
}

/** All tests, in two lanes, each with a cluster of its own; the last line is `N passed, N failed, N skipped`. */
async function main(): Promise<number> {
    const folder = mkdtempSync(join(tmpdir(), "x0tta6bl4-test-"));
    try {
        const env = await prepare();
        const e2e = (part: string) => () =>
            mocha(`e2e-${part}`, "test/e2e.mocharc.cjs", folder, { ...env, E2E_PART: part });
        // Each takes about half of the time.
        const lanes: readonly Lane[] = [
            [
                () => script("check"),
                () => mocha("unit", "test/unit.mocharc.json", folder, env),
                () => mocha("rules", "test/rules.mocharc.json", folder, env),
                e2e("long"),
            ],
            [e2e("rest")],
        ];
        const results = (await Promise.all(lanes.map(countsOf))).flat();
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
