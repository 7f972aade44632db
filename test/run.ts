import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { down } from "../local/down";
import { localPaths, separatePaths } from "../process/paths";
import { CommandError, lastLines, run } from "../process/run";
import { createProgress } from "../terminal/progress";
import { ensureTools } from "../tools";

/** Report of a suite, as written by test/support/reporter.cjs. */
const resultSchema = z.object({
    passed: z.number(),
    skipped: z.number(),
    failures: z.array(z.object({ test: z.string(), message: z.string() })),
});

/** What a suite left: how many tests passed or were skipped, and what failed and why. */
type Result = z.infer<typeof resultSchema>;

/** A suite that fails as a whole. */
const failure = (test: string, message: string): Result => ({
    passed: 0,
    skipped: 0,
    failures: [{ test, message }],
});

/**
 * Runs a command, each line of its output with the suite's name before it: two run at a time.
 * @returns Why it failed, with its last lines; `undefined` when it ended well.
 */
async function fault(
    name: string,
    command: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
    const lines: string[] = [];
    const onLine = (line: string) => {
        console.log(`${name.padEnd(8)} | ${line}`);
        lines.push(line);
    };
    try {
        await run(command, args, { env, onLine });
        return undefined;
    } catch (error) {
        if (!(error instanceof CommandError)) {
            throw error;
        }
        return `${error.reason}\n${lastLines(lines.join("\n"))}`;
    }
}

/**
 * Provides what some unit tests require, which otherwise skip: helm, actionlint, amtool, promtool, crane, and the modules of
 * Kubernetes' own Pod Security checks.
 */
async function prepare(): Promise<NodeJS.ProcessEnv> {
    await fault("tools", "go", ["-C", "test/policy/psa", "mod", "download"], process.env);
    const { helm, actionlint, amtool } = await ensureTools(
        ["helm", "actionlint", "amtool", "promtool", "crane"],
        createProgress(),
    );
    return { X0TTA6BL4_HELM: helm.path, X0TTA6BL4_ACTIONLINT: actionlint.path, X0TTA6BL4_AMTOOL: amtool.path };
}

/** A script of package.json as one test. */
async function script(name: string): Promise<Result> {
    const why = await fault(name, "npm", ["run", "--silent", name], process.env);
    return why === undefined ? { passed: 1, skipped: 0, failures: [] } : failure(`npm run ${name}`, why);
}

/** A mocha run: its own result, and one failure more when it ended without or against it. */
async function mocha(name: string, config: string, folder: string, env: NodeJS.ProcessEnv): Promise<Result> {
    const file = join(folder, `${name}.json`);
    const args = [require.resolve("mocha/bin/mocha.js"), "--config", config, "--reporter", "test/support/reporter.cjs"];
    const why = await fault(name, process.execPath, args, { ...process.env, ...env, MOCHA_RESULT: file });
    const result = readResult(name, file, why);
    if (why === undefined || result.failures.length > 0) {
        return result;
    }
    return { ...result, failures: failure(name, why).failures };
}

function readResult(name: string, file: string, why: string | undefined): Result {
    try {
        return resultSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    } catch {
        return failure(name, why ?? "left no result");
    }
}

/** Suites that run one after the other. */
type Lane = readonly (() => Promise<Result>)[];

/** Exit code after an interrupt, e.g. Ctrl-C; `undefined` while there was none. */
let interrupted: number | undefined;

async function resultsOf(lane: Lane): Promise<Result[]> {
    const results: Result[] = [];
    for (const suite of lane) {
        if (interrupted === undefined) {
            results.push(await suite());
        }
    }
    return results;
}

/** Handles interrupts: the running suites receive them directly, then this run ends in order. */
function endInOrder(): void {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.on(signal, () => {
            interrupted ??= 128 + constants.signals[signal];
        });
    }
}

/** The suites that create a cluster. */
const E2E_PARTS = ["long", "rest"] as const;

/** Removes the clusters of suites that were interrupted: they could not do it themselves. */
async function removeClusters(): Promise<void> {
    for (const part of E2E_PARTS) {
        await down(createProgress(), separatePaths(localPaths(), `e2e-${part}`));
    }
}

/** Once more what failed and why: between it and the end of the output may be thousands of lines of another suite. */
function report(failures: Result["failures"]): void {
    failures.forEach(({ test, message }, index) => {
        console.log(`\n${index + 1}) ${test}\n${message.trim().replace(/^/gm, "   ")}`);
    });
}

/** All tests, in two lanes, each with a separate cluster; the last line is `N passed, N failed, N skipped`. */
async function main(): Promise<number> {
    const folder = mkdtempSync(join(tmpdir(), "x0tta6bl4-test-"));
    endInOrder();
    try {
        const env = await prepare();
        const e2e = (part: (typeof E2E_PARTS)[number]) => () =>
            mocha(`e2e-${part}`, "test/e2e.mocharc.cjs", folder, { ...env, E2E_PART: part });
        // Each takes about half of the time.
        const lanes: readonly Lane[] = [
            [
                () => script("check"),
                () => mocha("unit", "test/unit.mocharc.json", folder, env),
                () => mocha("rules", "test/promtool.mocharc.json", folder, env),
                e2e("long"),
            ],
            [e2e("rest")],
        ];
        const results = (await Promise.all(lanes.map(resultsOf))).flat();
        if (interrupted !== undefined) {
            await removeClusters();
            return interrupted;
        }
        const failures = results.flatMap((result) => result.failures);
        report(failures);
        const sum = (part: "passed" | "skipped") => results.reduce((total, result) => total + result[part], 0);
        console.log(`\n${sum("passed")} passed, ${failures.length} failed, ${sum("skipped")} skipped`);
        return failures.length === 0 ? 0 : 1;
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
