import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { CannotRun } from "../../errors";
import { Command } from "@commander-js/extra-typings";
import { EXIT, main } from "../../terminal/commandLine";
import { createProgress } from "../../terminal/progress";
import { ensureTools } from "../../tools";
import { CLUSTER_TOOLS } from "../../local/controlPlane";
import { buildImages, buildPrograms } from "./images/build";
import { enterSandbox, makeCgroups, rememberKernelSettings, removeCgroups } from "./machine/sandbox";
import { nodePaths, PART } from "./support/paths";
import { missingForNode, pathForRoot, thisMachine } from "./support/prerequisites";
import { NODE_TOOL_NAMES } from "./support/tools";

/** Runs a command in the sandbox of a node that another process keeps up. */
async function execute(command: readonly string[]): Promise<number> {
    const { pid } = nodePaths();
    if (!existsSync(pid)) {
        throw new CannotRun("no node is up", "in another terminal: npm run test:node -- up");
    }
    const target = (await readFile(pid, "utf8")).trim();
    const args = ["--target", target, "--mount", "--net", "--pid", "--", ...command];
    const env = { ...process.env, PATH: pathForRoot(process.env.PATH), KUBECONFIG: nodePaths().kubeconfig };
    return spawnSync("nsenter", args, { stdio: "inherit", env }).status ?? 1;
}

/** What stays for the next time. */
const KEPT = ["images", "programs"];

/** Removes what a node leaves outside of its sandbox; its logs stay where KEEP_LOGS is set. */
async function cleanUp(): Promise<void> {
    const { root } = nodePaths();
    await removeCgroups();
    const kept = [...KEPT, ...(process.env.KEEP_LOGS === undefined ? [] : ["logs"])];
    for (const name of await readdir(root).catch(() => [])) {
        if (!kept.includes(name)) {
            await rm(join(root, name), { recursive: true, force: true });
        }
    }
}

/** Runs a program in a new node, and removes the node afterwards. */
async function onNode(program: readonly string[]): Promise<number> {
    const reasons = await missingForNode(thisMachine());
    if (reasons.length > 0) {
        console.log(`Skipped, no real node can run here:\n${reasons.map((reason) => `  ${reason}`).join("\n")}`);
        return EXIT.done;
    }
    const paths = nodePaths();
    const progress = createProgress();
    await cleanUp();
    await mkdir(paths.root, { recursive: true });
    const tools = await ensureTools(NODE_TOOL_NAMES, progress, paths);
    await ensureTools(["pulumi", "kubectl", "helm", ...CLUSTER_TOOLS], progress, paths);
    await progress.step("Programs", () => buildPrograms(paths));
    await progress.step("Images", (step) => buildImages(tools, paths, step));
    const restore = await rememberKernelSettings();
    await makeCgroups();
    try {
        const sandbox = await enterSandbox([process.execPath, ...program], {
            ...process.env,
            PATH: pathForRoot(process.env.PATH),
            E2E_PART: PART,
        });
        for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
            process.on(signal, sandbox.end);
        }
        await writeFile(paths.pid, String(sandbox.pid));
        return await sandbox.ended;
    } finally {
        await restore();
        await cleanUp();
    }
}

void main((session) => {
    const ending = (code: number) => {
        session.exitCode = code;
    };
    return new Command("npm run test:node --")
        .enablePositionalOptions()
        .description(
            "Runs the tests on a real node beside the embedded control plane. Needs root; skipped where that cannot be.",
        )
        .option("--grep <text>", "run only the tests whose title contains this")
        .action(async ({ grep }) => {
            const only = grep === undefined ? [] : ["--fgrep", grep];
            const mocha = require.resolve("mocha/bin/mocha.js");
            ending(await onNode([mocha, "--config", "test/node.mocharc.json", ...only]));
        })
        .addCommand(
            new Command("up").description("brings the node up and keeps it until Ctrl-C").action(async () => {
                ending(await onNode(["--require", "tsx/cjs", join(__dirname, "inside.ts")]));
            }),
        )
        .addCommand(
            new Command("exec")
                .description("runs a command beside a node that is up")
                .argument("<command...>", "the command and its arguments")
                .passThroughOptions()
                .action(async (command) => {
                    ending(await execute(command));
                }),
        );
});
