import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Cluster, CLUSTER_TOOLS, startCluster } from "./controlPlane";
import { pulumiEnvironment } from "../engine/environment";
import { buildPolicyPack } from "../engine/policyPack";
import { PulumiCli } from "../engine/pulumi";
import { StackFile } from "../engine/stackFile";
import { type UpdateOrigin, updateOrigin } from "./updateOrigin";
import { replaceCrds } from "./monitoring/helm";
import type { LocalPaths } from "../process/paths";
import type { Progress } from "../terminal/progress";
import { LocalStack } from "./stack";
import { serveStandIns } from "../engine/standIns";
import { copyStackFile } from "./stackCopy";
import { ensureTools, officialPlugins } from "../tools";

/** Everything for a Pulumi run on the embedded cluster. */
export interface Workspace {
    /** The running cluster. */
    readonly cluster: Cluster;
    /** The Pulumi CLI, in the folder with the copies of the project and stack files. */
    readonly cli: PulumiCli;
    /** How to call kubectl: by its name when it is on PATH, else by its path. */
    readonly kubectl: string;
    /** The stack file that the CLI may write to. */
    readonly configFile: string;
    /** The stack. */
    readonly stack: LocalStack;
    /** All that decides an update of the stack beside its state. */
    readonly origin: () => Promise<UpdateOrigin>;
}

/**
 * Prepares tools, plugins and policies, starts the cluster and points a stack at it.
 * @param chart What `--chart` says: a packed chart that monitoring is installed from; unset: that of the last run.
 */
export async function openWorkspace(
    stack: string,
    progress: Progress,
    paths: LocalPaths,
    chart?: string,
): Promise<Workspace> {
    await mkdir(paths.root, { recursive: true });
    const tools = await progress.step("Tools", () =>
        ensureTools(["pulumi", "kubectl", ...CLUSTER_TOOLS], progress, paths),
    );
    const plugins = await progress.step("Plugins", async () => {
        const route = await officialPlugins(tools.pulumi, progress, paths);
        await serveStandIns(paths, route.standIns);
        return route;
    });
    progress.note(plugins.reason);
    await progress.step("Policy pack", () => buildPolicyPack(paths));
    const cluster = await startCluster(tools, progress, paths);
    if (cluster.outcome === "created") {
        await forgetStacks(paths);
    }
    const { path: configFile, monitoring } = await copyStackFile(paths, stack, cluster, chart);
    if (monitoring.note !== undefined) {
        progress.note(monitoring.note);
    }
    const { installs } = monitoring;
    const helm = installs && (await progress.step("Helm", () => ensureTools(["helm"], progress, paths))).helm;
    if (installs && helm && monitoring.replacesCrds) {
        const commands = { helm: helm.path, kubectl: tools.kubectl.path };
        await progress.step("CRDs of the chart", () => replaceCrds(installs, cluster, commands, paths));
    }
    const env = await pulumiEnvironment(paths, tools.pulumi, plugins, helm);
    const cli = new PulumiCli(tools.pulumi.path, env, paths.stacks);
    const kubectl = tools.kubectl.source === "PATH" ? "kubectl" : tools.kubectl.path;
    return {
        cluster,
        cli,
        kubectl,
        configFile,
        stack: new LocalStack(paths, cli, stack, configFile),
        origin: () => updateOrigin(paths, StackFile.open("", "", configFile), env, tools.pulumi.path),
    };
}

/** Removes the state of the stacks of an earlier cluster: a new one is empty. */
async function forgetStacks(paths: LocalPaths): Promise<void> {
    const left = (await readdir(paths.root)).filter((name) => /^(outputs|updated|updating)\./.test(name));
    await Promise.all(
        [paths.state, paths.stacks, ...left.map((name) => join(paths.root, name))].map((path) =>
            rm(path, { recursive: true, force: true }),
        ),
    );
}
