import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import type { Cluster } from "./controlPlane";
import { openApi } from "./controlPlane/api";
import { clusterIdentity } from "./controlPlane/identity";
import { type LocalMonitoring, localMonitoring } from "./monitoring";
import { chosenChart, rememberChart } from "./monitoring/chosenChart";
import type { LocalPaths } from "../process/paths";
import { ownsSpire } from "./spireOwner";

/** A stack file, as far as it is changed here. */
const stackFileSchema = z.looseObject({
    encryptionsalt: z.string().optional(),
    config: z
        .looseObject({ "x0tta6bl4:spire": z.looseObject({ serverNamespace: z.string().default("spire") }).optional() })
        .default({}),
});

/** The copy of a stack file. */
export interface StackFile {
    /** Its path. */
    readonly path: string;
    /** What became of monitoring. */
    readonly monitoring: LocalMonitoring;
}

/**
 * Copies the project file and a stack's file to `.local/stacks`, with the embedded cluster as the stack's target.
 * The CLI writes its encryption salt into the stack file that it is given, and must find it there again.
 * @param chart What `--chart` says: a packed chart that monitoring is installed from; unset: that of the last run.
 */
export async function copyStackFile(
    paths: LocalPaths,
    stack: string,
    cluster: Cluster,
    chart?: string,
): Promise<StackFile> {
    const name = `Pulumi.${stack}.yaml`;
    const copy = join(paths.stacks, name);
    await mkdir(paths.stacks, { recursive: true });
    await copyFile(join(paths.checkout, "Pulumi.yaml"), join(paths.stacks, "Pulumi.yaml"));
    const file = await readStackFile(join(paths.checkout, name));
    const salt = existsSync(copy) ? (await readStackFile(copy)).encryptionsalt : undefined;
    const target = { context: cluster.context, kubeconfig: cluster.kubeconfig };
    // No server runs on simulated nodes, so nobody reads the Secrets that prod's needs.
    const spire = file.config["x0tta6bl4:spire"];
    // Both stacks may be on the one cluster, but only one SPIRE.
    const shared =
        spire === undefined || (await ownsSpire(cluster, stack, spire.serverNamespace)) ? {} : { enabled: false };
    const api = () => openApi(cluster.server, clusterIdentity(paths).pki);
    const chosen = await chosenChart(paths, stack, chart);
    const monitoring = await localMonitoring(api, stack, file.config["x0tta6bl4:monitoring"], chosen);
    if (chosen !== undefined && monitoring.installs !== undefined) {
        await rememberChart(paths, stack, chosen.file);
    }
    const config = {
        ...file.config,
        "x0tta6bl4:cluster": target,
        "x0tta6bl4:monitoring": monitoring.section,
        ...(spire === undefined ? {} : { "x0tta6bl4:spire": { ...spire, checkSecrets: false, ...shared } }),
    };
    await writeFile(copy, stringify({ ...file, ...(salt === undefined ? {} : { encryptionsalt: salt }), config }));
    return { path: copy, monitoring };
}

async function readStackFile(file: string) {
    const text = await readFile(file, "utf8");
    const result = stackFileSchema.safeParse(parse(text) ?? {});
    if (!result.success) {
        throw new Error(`${file} is no Pulumi stack file: ${z.prettifyError(result.error)}`);
    }
    return result.data;
}
