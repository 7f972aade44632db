import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { messageOf } from "../../errors";
import { createProgress } from "../../terminal/progress";
import { ensureTools } from "../../tools";
import { CLUSTER_TOOLS } from "../../local/controlPlane";
import { buildImages, buildPrograms } from "./images/build";
import { enterSandbox, makeCgroups, rememberKernelSettings, removeCgroups } from "./machine/sandbox";
import { nodePaths, PART } from "./support/paths";
import { missingForNode, pathForRoot, thisMachine } from "./support/prerequisites";
import { NODE_TOOL_NAMES } from "./support/tools";

/** What one may ask for besides the tests. */
const USAGE = `Usage: npm run test:node -- [ARGUMENTS OF MOCHA]   runs the tests on a real node
       npm run test:node -- up                     brings the node up and keeps it until Ctrl-C
       npm run test:node -- exec COMMAND ...       runs a command beside a node that is up`;

/** Runs a command in the sandbox of a node that another process keeps up. */
async function execute(command: readonly string[]): Promise<number> {
    const { pid } = nodePaths();
    if (!existsSync(pid)) {
        console.error("No node is up. Bring one up in another terminal: npm run test:node -- up");
        return 1;
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

async function main(args: readonly string[]): Promise<number> {
    if (args[0] === "--help") {
        console.log(USAGE);
        return 0;
    }
    if (args[0] === "exec") {
        return execute(args.slice(1));
    }
    const reasons = await missingForNode(thisMachine());
    if (reasons.length > 0) {
        console.log(`Skipped, no real node can run here:\n${reasons.map((reason) => `  ${reason}`).join("\n")}`);
        return 0;
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
    const command =
        args[0] === "up"
            ? [process.execPath, "--require", "tsx/cjs", join(__dirname, "inside.ts")]
            : [process.execPath, require.resolve("mocha/bin/mocha.js"), "--config", "test/node.mocharc.json", ...args];
    try {
        const sandbox = await enterSandbox(command, {
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

main(process.argv.slice(2)).then(
    (code) => {
        process.exitCode = code;
    },
    (error: unknown) => {
        console.error(messageOf(error));
        process.exitCode = 1;
    },
);
