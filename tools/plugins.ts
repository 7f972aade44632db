import { mkdir, readdir, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { LocalPaths } from "../process/paths";
import { localPaths } from "../process/paths";
import { CommandError, run } from "../process/run";
import type { Progress } from "../terminal/progress";
import { downloadsAnswerOnce } from "./online";
import { executablesOnPath } from "./probe";
import type { Tool } from "./types";

/** A part that has an official version and a stand-in. */
export type PluginName = "language" | "kubernetes" | "random";

/** Plugins of a run. */
export interface PluginRoute {
    /** Whether the official Node language host, Kubernetes and random plugins all serve. */
    readonly official: boolean;
    /** The parts that need a stand-in, since the official plugin can be neither found nor downloaded. */
    readonly standIns: readonly PluginName[];
    /** One line for the user: which plugins serve, and why. */
    readonly reason: string;
}

/** A resource plugin at the version that the SDK in package.json asks for. */
interface ResourcePlugin {
    /** Name, as in `pulumi-resource-<name>`. */
    readonly name: "kubernetes" | "random";
    /** Version without a leading `v`. */
    readonly version: string;
}

/** Milliseconds for the download of one plugin: some 60 MB over a slow line. */
const INSTALL_MS = 180_000;

/** What is read of package.json. */
const packageSchema = z.object({
    dependencies: z.object({ "@pulumi/kubernetes": z.string(), "@pulumi/random": z.string() }),
});

/** The resource plugins that the program needs, at the versions that package.json pins. */
async function resourcePlugins(checkout: string): Promise<ResourcePlugin[]> {
    const text = await readFile(join(checkout, "package.json"), "utf8");
    const { dependencies } = packageSchema.parse(JSON.parse(text));
    return [
        { name: "kubernetes", version: dependencies["@pulumi/kubernetes"] },
        { name: "random", version: dependencies["@pulumi/random"] },
    ];
}

/** Folder of a plugin inside a Pulumi home, as the CLI names it. */
function pluginFolder(home: string, { name, version }: ResourcePlugin): string {
    return join(home, "plugins", `resource-${name}-v${version}`);
}

/** Whether a Pulumi home holds a plugin, whole: the CLI marks one that it is still unpacking by a `.partial` file. */
async function isInstalled(home: string, plugin: ResourcePlugin): Promise<boolean> {
    const folder = pluginFolder(home, plugin);
    const exists = (path: string) =>
        stat(path).then(
            () => true,
            () => false,
        );
    return (await exists(join(folder, `pulumi-resource-${plugin.name}`))) && !(await exists(`${folder}.partial`));
}

/**
 * Makes a plugin of another Pulumi home usable in ours: a folder with links to its files. A link to the folder would
 * not do, since the CLI takes folders only; and nothing is written to the other home.
 */
async function linkPlugin(from: string, to: string, plugin: ResourcePlugin): Promise<void> {
    const source = pluginFolder(from, plugin);
    const target = pluginFolder(to, plugin);
    const staging = `${target}.linking`;
    await rm(staging, { recursive: true, force: true });
    await mkdir(staging, { recursive: true });
    for (const file of await readdir(source)) {
        await symlink(join(source, file), join(staging, file));
    }
    await rm(target, { recursive: true, force: true });
    await rename(staging, target);
}

/** Lets the CLI download a plugin into the shared cache, so that it outlives `npm run local -- down`. */
async function install(pulumi: Tool, home: string, plugin: ResourcePlugin): Promise<boolean> {
    try {
        await run(pulumi.path, ["plugin", "install", "resource", plugin.name, plugin.version], {
            env: { ...process.env, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" },
            timeoutMs: INSTALL_MS,
        });
    } catch (error) {
        if (!(error instanceof CommandError)) {
            throw error;
        }
    }
    return isInstalled(home, plugin);
}

/** Finds or downloads one resource plugin and puts it into our Pulumi home. */
async function provide(plugin: ResourcePlugin, pulumi: Tool, progress: Progress, paths: LocalPaths): Promise<boolean> {
    const onPath = await executablesOnPath(`pulumi-resource-${plugin.name}`, process.env.PATH);
    if (onPath.some((path) => dirname(path) !== paths.bin) || (await isInstalled(paths.pulumiHome, plugin))) {
        return true;
    }
    const shared = join(paths.cache, "pulumi-home");
    for (const home of [process.env.PULUMI_HOME ?? join(homedir(), ".pulumi"), shared]) {
        if (await isInstalled(home, plugin)) {
            await linkPlugin(home, paths.pulumiHome, plugin);
            return true;
        }
    }
    if (!(await downloadsAnswerOnce())) {
        return false;
    }
    const title = `Downloading the ${plugin.name} plugin ${plugin.version}`;
    const installed = await progress.step(title, () => install(pulumi, shared, plugin));
    if (installed) {
        await linkPlugin(shared, paths.pulumiHome, plugin);
    }
    return installed;
}

/** Whether the CLI has the official Node language host beside it or on PATH. */
async function hasLanguageHost(pulumi: Tool, paths: LocalPaths): Promise<boolean> {
    const folders = `${dirname(pulumi.path)}:${process.env.PATH ?? ""}`;
    const hosts = await executablesOnPath("pulumi-language-nodejs", folders);
    return hosts.some((path) => dirname(path) !== paths.bin);
}

/**
 * Finds out which official plugins are there or can be downloaded, and puts them into `paths.pulumiHome`. Looks on
 * PATH, in our Pulumi home, in the user's (which is only read) and in the cache, then downloads where the downloads
 * answer.
 * @param pulumi The CLI that will use them.
 * @param paths Default: those of this checkout.
 */
export async function officialPlugins(
    pulumi: Tool,
    progress: Progress,
    paths: LocalPaths = localPaths(),
): Promise<PluginRoute> {
    const standIns: PluginName[] = (await hasLanguageHost(pulumi, paths)) ? [] : ["language"];
    for (const plugin of await resourcePlugins(paths.checkout)) {
        if (!(await provide(plugin, pulumi, progress, paths))) {
            standIns.push(plugin.name);
        }
    }
    const official = standIns.length === 0;
    const reason = official
        ? "Plugins: the official ones."
        : `Plugins: stand-ins for ${standIns.join(", ")}; the official ones are not here and their download does not answer.`;
    return { official, standIns, reason };
}
