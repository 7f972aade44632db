import { existsSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Cluster } from "./controlPlane";
import { openApi } from "./controlPlane/api";
import { clusterIdentity } from "./controlPlane/identity";
import { StackFile } from "../engine/stackFile";
import { type LocalMonitoring, localMonitoring } from "./monitoring";
import { chosenChart, rememberChart } from "./monitoring/chosenChart";
import type { LocalPaths } from "../process/paths";
import { ownsSpire } from "./spireOwner";

/** The section `spire` of a stack file, as far as it is changed here. */
const spireSchema = z.looseObject({ serverNamespace: z.string().default("spire") });

/** The copy of a stack file. */
interface StackCopy {
    /** Its path. */
    readonly path: string;
    /** Monitoring of the copy. */
    readonly monitoring: LocalMonitoring;
}

/**
 * Copies the project file and a stack's file to `.local/stacks`, with the embedded cluster as the stack's target. The
 * CLI writes its encryption salt into the stack file that it is given, and must find it there again.
 * @param chart What `--chart` names: a packed chart that monitoring is installed from; unset: that of the last run.
 * @throws UserError when the file is not a stack file.
 */
export async function copyStackFile(
    paths: LocalPaths,
    stack: string,
    cluster: Cluster,
    chart?: string,
): Promise<StackCopy> {
    const copy = join(paths.stacks, `Pulumi.${stack}.yaml`);
    await mkdir(paths.stacks, { recursive: true });
    await copyFile(join(paths.checkout, "Pulumi.yaml"), join(paths.stacks, "Pulumi.yaml"));
    const file = StackFile.open(paths.checkout, stack);
    const chosen = await chosenChart(paths, stack, chart);
    const api = () => openApi(cluster.server, clusterIdentity(paths).pki);
    const monitoring = await localMonitoring(api, stack, file.section("monitoring"), chosen);
    if (chosen !== undefined && monitoring.installs !== undefined) {
        await rememberChart(paths, stack, chosen.file);
    }
    const sections = {
        cluster: { context: cluster.context, kubeconfig: cluster.kubeconfig },
        monitoring: monitoring.section,
        ...(await localSpire(cluster, stack, file.section("spire"))),
    };
    file.writeCopy(copy, sections, ownSalt(copy, file));
    return { path: copy, monitoring };
}

/**
 * The section `spire` for the embedded cluster; none where the file has none, or a wrong one, which the program names.
 */
async function localSpire(cluster: Cluster, stack: string, section: unknown): Promise<{ readonly spire?: unknown }> {
    const parsed = spireSchema.safeParse(section);
    if (!parsed.success) {
        return {};
    }
    // Both stacks may be on the one cluster, but only one SPIRE.
    const shared = (await ownsSpire(cluster, stack, parsed.data.serverNamespace)) ? {} : { enabled: false };
    // No server runs on simulated nodes, so the Secrets of prod's server are not read.
    return { spire: { ...parsed.data, checkSecrets: false, ...shared } };
}

/**
 * The salt that the embedded run's CLI wrote into an earlier copy. One of the checkout's file is of another passphrase.
 */
function ownSalt(copy: string, { encryption }: StackFile): string | undefined {
    const { salt } = existsSync(copy) ? StackFile.open("", "", copy).encryption : {};
    return salt === encryption.salt ? undefined : salt;
}
