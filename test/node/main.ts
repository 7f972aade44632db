import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { CannotRun } from "../../errors";
import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { EXIT, main } from "../../terminal/commandLine";
import { createProgress } from "../../terminal/progress";
import { ensureTools } from "../../tools";
import { CLUSTER_TOOLS } from "../../local/controlPlane";
import { CHART } from "../support/chart";
import { buildImages, buildPrograms, type NodeTools } from "./images/build";
import { MONITORING_IMAGES, NODE_IMAGES } from "./images/catalog";
import { enterSandbox, makeCgroups, rememberKernelSettings, removeCgroups } from "./machine/sandbox";
import { nodePaths, PART, QUIET_VARIABLE } from "./support/paths";
import { missingForNode, pathForRoot, thisMachine } from "./support/prerequisites";
import { MONITORING_TOOL_NAMES, NODE_TOOL_NAMES } from "./support/tools";

/** Runs a command in the sandbox of a node that another process keeps up. */
async function execute(command: readonly string[]): Promise<number> {
    const { pid } = nodePaths();
    if (!existsSync(pid)) {
        throw new CannotRun("no node is up", "in another terminal: npm run test:node -- up");
    }
    const target = (await readFile(pid, "utf8")).trim();
    const args = ["--target", target, "--mount", "--net", "--pid", `--wd=${process.cwd()}`, "--", ...command];
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

/** Longest quiet time (min). */
const MOST_QUIET_MINUTES = 600;

/** Value of `--quiet`. */
function quietMinutes(text: string): number {
    const minutes = Number(text);
    if (!Number.isInteger(minutes) || minutes < 1 || minutes > MOST_QUIET_MINUTES) {
        throw new InvalidArgumentError(`Must be a whole number of minutes from 1 to ${MOST_QUIET_MINUTES}.`);
    }
    return minutes;
}

/**
 * Runs a program in a new node, and removes the node afterwards.
 * @param variables Further environment variables of the program.
 */
async function onNode(program: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<number> {
    const reasons = await missingForNode(thisMachine());
    if (reasons.length > 0) {
        console.log(`Skipped, no real node can run here:\n${reasons.map((reason) => `  ${reason}`).join("\n")}`);
        return EXIT.done;
    }
    const paths = nodePaths();
    const progress = createProgress();
    await cleanUp();
    await mkdir(paths.root, { recursive: true });
    // What the monitoring chart runs takes half an hour to build: only where there is a chart.
    const images = CHART === undefined ? [NODE_IMAGES] : [NODE_IMAGES, MONITORING_IMAGES];
    const names = CHART === undefined ? NODE_TOOL_NAMES : [...NODE_TOOL_NAMES, ...MONITORING_TOOL_NAMES];
    const tools: NodeTools = await ensureTools(names, progress, paths);
    await ensureTools(["pulumi", "kubectl", "helm", ...CLUSTER_TOOLS], progress, paths);
    await progress.step("Programs", () => buildPrograms(paths));
    await progress.step("Images", async (step) => {
        for (const set of images) {
            await buildImages(set, tools, paths, step);
        }
    });
    const restore = await rememberKernelSettings();
    await makeCgroups();
    try {
        const sandbox = await enterSandbox([process.execPath, ...program], {
            ...process.env,
            ...variables,
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
        .option("--quiet <minutes>", "wait after the first installation, and fail where an alert fired", quietMinutes)
        .action(async ({ grep, quiet }) => {
            const only = grep === undefined ? [] : ["--fgrep", grep];
            const mocha = require.resolve("mocha/bin/mocha.js");
            const minutes = quiet === undefined ? {} : { [QUIET_VARIABLE]: String(quiet) };
            ending(await onNode([mocha, "--config", "test/node.mocharc.json", ...only], minutes));
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
