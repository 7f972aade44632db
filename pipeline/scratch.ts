import { copyFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { onStack } from "../preflight/bound";
import { chartRefusals } from "../preflight/monitoring/chart";
import { pulumiEnvironment } from "../engine/environment";
import { buildPolicyPack } from "../engine/policyPack";
import type { Engine } from "../engine/preview";
import { PulumiCli } from "../engine/pulumi";
import { StackFile } from "../engine/stackFile";
import { serveStandIns } from "../engine/standIns";
import { localPaths, type LocalPaths, separatePaths } from "../process/paths";
import type { Progress } from "../terminal/progress";
import { ensureTools, officialPlugins } from "../tools";
import { monitoringSchema as settings } from "../settings/monitoring/schema";

/** Monitoring in a stack file, as far as it is changed here. */
const monitoringSchema = z.looseObject({ enabled: z.boolean().default(true), chart: settings.shape.chart });

/** The target of a preview that asks no cluster: no kubeconfig has this context. */
const NO_CLUSTER = { context: "preview", checkReachable: false };

/** A workspace for previews of an empty stack: its own state and passphrase, no user settings, no cluster. */
export interface Scratch {
    /** Its files. */
    readonly paths: LocalPaths;
    /** The engine for a folder with a version of the program. */
    engine(program: string): Promise<Engine>;
    /** Removes it. */
    remove(): Promise<void>;
}

/** Installs the tools and prepares the workspace, in `.local/preview-STACK` of this checkout. */
export async function makeScratch(
    stack: string,
    progress: Progress,
    checkout: LocalPaths = localPaths(),
): Promise<Scratch> {
    const paths = separatePaths(checkout, `preview-${stack}`);
    await rm(paths.root, { recursive: true, force: true });
    await mkdir(paths.logs, { recursive: true });
    const { pulumi } = await progress.step("Tools", () => ensureTools(["pulumi"], progress, paths));
    const plugins = await officialPlugins(pulumi, progress, paths);
    await serveStandIns(paths, plugins.standIns);
    progress.note(plugins.reason);
    await progress.step("Policy pack", () => buildPolicyPack(paths));
    const env = await pulumiEnvironment(paths, pulumi, plugins);
    return {
        paths,
        engine: async (program) => {
            const configFile = await copyStackFile(paths, program, stack, progress);
            await new PulumiCli(pulumi.path, env, paths.stacks).call(["stack", "init", stack]);
            return { pulumi: pulumi.path, env, program, stack, configFile };
        },
        remove: () => rm(paths.root, { recursive: true, force: true }),
    };
}

/**
 * Where the chart is not available, the preview shows everything but the release, and reports that. Invalid settings
 * stay as they are: the program names them all at once.
 */
async function withReachableChart(section: unknown, stack: string, progress: Progress): Promise<unknown> {
    const parsed = monitoringSchema.safeParse(section);
    if (!parsed.success) {
        return section;
    }
    const { enabled, chart } = parsed.data;
    const [reason] = enabled && chart.type !== "existing" ? await chartRefusals(chart) : [];
    if (reason === undefined) {
        return section;
    }
    progress.note(`Preview without the monitoring chart. ${onStack(reason, stack)}`);
    return { ...parsed.data, chart: { type: "existing", createNamespace: true } };
}

/** Copies the project and stack file, with no cluster as the target. @returns path of the stack file. */
async function copyStackFile(paths: LocalPaths, program: string, stack: string, progress: Progress): Promise<string> {
    const copy = join(paths.stacks, `Pulumi.${stack}.yaml`);
    await rm(paths.stacks, { recursive: true, force: true });
    await rm(paths.state, { recursive: true, force: true });
    await mkdir(paths.stacks, { recursive: true });
    await mkdir(paths.state, { recursive: true });
    await copyFile(join(program, "Pulumi.yaml"), join(paths.stacks, "Pulumi.yaml"));
    const file = StackFile.open(program, stack);
    const section = file.section("monitoring");
    const monitoring = section === undefined ? {} : { monitoring: await withReachableChart(section, stack, progress) };
    file.writeCopy(copy, { ...monitoring, cluster: NO_CLUSTER });
    return copy;
}
