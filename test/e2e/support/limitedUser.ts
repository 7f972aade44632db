import { readFileSync, writeFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import type { Cluster } from "../../../local/cluster";
import { clients } from "./objects";

/** Writes a kubeconfig for a user of the cluster who may do nothing, under the same context name. */
export async function limitedKubeconfig(cluster: Cluster, file: string): Promise<string> {
    const { core } = clients(cluster);
    const name = "nobody";
    const namespace = "default";
    await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name } } });
    const { status } = await core.createNamespacedServiceAccountToken({
        namespace,
        name,
        body: { spec: { audiences: [], expirationSeconds: 3600 } },
    });
    const kubeconfig: Record<string, unknown> = parse(readFileSync(cluster.kubeconfig, "utf8"));
    const users = [{ name, user: { token: status?.token } }];
    const [context] = contextsOf(kubeconfig);
    const contexts = [{ name: cluster.context, context: { ...context, user: name } }];
    writeFileSync(file, stringify({ ...kubeconfig, users, contexts }), { mode: 0o600 });
    return file;
}

function contextsOf(kubeconfig: Record<string, unknown>): Record<string, unknown>[] {
    const { contexts } = kubeconfig;
    return Array.isArray(contexts) ? contexts.map((entry: { context: Record<string, unknown> }) => entry.context) : [];
}
