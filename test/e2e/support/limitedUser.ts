import { readFileSync, writeFileSync } from "node:fs";
import { parseDocument } from "yaml";
import type { Cluster } from "../../../local/controlPlane";
import { clients } from "./objects";

/** Writes a kubeconfig for a user without permissions in the cluster, under the same context name. */
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
    const kubeconfig = parseDocument(readFileSync(cluster.kubeconfig, "utf8"));
    kubeconfig.set("users", [{ name, user: { token: status?.token } }]);
    kubeconfig.setIn(["contexts", 0, "context", "user"], name);
    writeFileSync(file, kubeconfig.toString(), { mode: 0o600 });
    return file;
}
