import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import type { PluginRoute, Tool } from "../tools";
import { findTool } from "../tools/find";
import type { LocalPaths } from "../process/paths";

/**
 * Environment for the Pulumi CLI: its home, backend, passphrase and kubeconfig are the run's own, and nothing of the
 * user's Pulumi settings gets in.
 * @param found A helm that the caller has; unset: it is looked for.
 */
export async function pulumiEnvironment(
    paths: LocalPaths,
    pulumi: Tool,
    plugins: PluginRoute,
    found?: Tool,
): Promise<NodeJS.ProcessEnv> {
    await mkdir(paths.state, { recursive: true });
    await mkdir(paths.pulumiHome, { recursive: true });
    const passphrase = await passphraseFile(paths);
    const helm = found ?? (await findTool("helm", paths)).tool;
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("PULUMI_"));
    // Holds only the stand-ins that serve: an official plugin is never hidden by one.
    const path = [
        ...(plugins.standIns.length === 0 ? [] : [paths.bin]),
        dirname(pulumi.path),
        dirname(process.execPath),
        process.env.PATH,
    ];
    return {
        ...Object.fromEntries(inherited),
        PATH: path.filter(Boolean).join(delimiter),
        KUBECONFIG: paths.kubeconfig,
        PULUMI_HOME: paths.pulumiHome,
        PULUMI_BACKEND_URL: `file://${paths.state}`,
        PULUMI_CONFIG_PASSPHRASE_FILE: passphrase,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        // Releases and the policies about them call it; a helm of the user's own choice stays.
        ...(helm === undefined ? {} : { X0TTA6BL4_HELM: process.env.X0TTA6BL4_HELM ?? helm.path }),
        // Nothing answers such a download where the stand-ins serve.
        ...(plugins.official ? {} : { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" }),
    };
}

/** A random passphrase for the state's secrets, readable by its owner only; made once. */
async function passphraseFile(paths: LocalPaths): Promise<string> {
    const file = join(paths.root, "passphrase");
    if (!existsSync(file)) {
        await writeFile(file, randomBytes(32).toString("hex"), { mode: 0o600 });
    }
    return file;
}
