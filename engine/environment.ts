import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import type { PluginRoute, Tool } from "../tools";
import { findTool } from "../tools/find";
import type { LocalPaths } from "../process/paths";

/**
 * Environment for the Pulumi CLI: home, backend, passphrase and kubeconfig belong to the run, and no Pulumi setting of
 * the user applies.
 * @param found Helm executable; unset: it is searched for.
 */
export async function pulumiEnvironment(
    paths: LocalPaths,
    pulumi: Tool,
    plugins: PluginRoute,
    found?: Tool,
): Promise<NodeJS.ProcessEnv> {
    await mkdir(paths.state, { recursive: true });
    await mkdir(paths.pulumiHome, { recursive: true });
    await withoutLogs(paths.pulumiHome);
    const passphrase = await passphraseFile(paths);
    const helm = found ?? (await findTool("helm", paths)).tool;
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("PULUMI_"));
    // Contains only the stand-ins in use, so none hides an official plugin.
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
        // Helm releases and their policies call it; the user's own helm takes precedence.
        ...(helm === undefined ? {} : { X0TTA6BL4_HELM: process.env.X0TTA6BL4_HELM ?? helm.path }),
        // Where stand-ins are in use, such a download has no server.
        ...(plugins.official ? {} : { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" }),
    };
}

/**
 * Keeps the CLI from logging all that it does to a file, which takes a third of its processor time and some MiB for each
 * command, and which it has no switch for: it does without where it finds no folder for the logs.
 */
async function withoutLogs(pulumiHome: string): Promise<void> {
    const logs = join(pulumiHome, "logs");
    const found = await stat(logs).catch(() => undefined);
    if (found?.isFile() !== true) {
        await rm(logs, { recursive: true, force: true });
        await writeFile(logs, "");
    }
}

/** A random passphrase for the state's secrets, readable only by its owner; created once. */
async function passphraseFile(paths: LocalPaths): Promise<string> {
    const file = join(paths.root, "passphrase");
    if (!existsSync(file)) {
        await writeFile(file, randomBytes(32).toString("hex"), { mode: 0o600 });
    }
    return file;
}
