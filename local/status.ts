import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AppsV1Api, KubeConfig } from "@kubernetes/client-node";
import { z } from "zod";
import { STACKS } from "../settings/shared/environments";
import { type Cluster, clusterStatus } from "./controlPlane";
import { localPaths, type LocalPaths } from "../process/paths";

const outputsSchema = z.object({ namespace: z.string(), deployment: z.string() });

/** What `npm run local -- status` prints: the cluster and what runs of each stack. */
export async function status(paths: LocalPaths = localPaths()): Promise<string> {
    const { state, cluster } = await clusterStatus(paths);
    if (state !== "running") {
        return `Embedded cluster: ${state}. Start it: npm run local`;
    }
    const stacks = await Promise.all(
        STACKS.map(async (stack) => `  ${stack.padEnd(10)}${await stackStatus(paths, cluster, stack)}`),
    );
    return [
        `Embedded cluster: running at ${cluster.server}`,
        `  context    ${cluster.context}`,
        `  kubeconfig ${cluster.kubeconfig}`,
        "Stacks:",
        ...stacks,
    ].join("\n");
}

async function stackStatus(paths: LocalPaths, cluster: Cluster, stack: string): Promise<string> {
    const file = join(paths.root, `outputs.${stack}.json`);
    if (!existsSync(file)) {
        return `not deployed (npm run local -- --stack ${stack})`;
    }
    const { namespace, deployment } = outputsSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    const kubeconfig = new KubeConfig();
    kubeconfig.loadFromFile(cluster.kubeconfig);
    kubeconfig.setCurrentContext(cluster.context);
    try {
        const found = await kubeconfig
            .makeApiClient(AppsV1Api)
            .readNamespacedDeployment({ namespace, name: deployment });
        return `${namespace}/${deployment}: ${found.status?.readyReplicas ?? 0} of ${found.status?.replicas ?? 0} pods ready`;
    } catch {
        return `deployed, but ${namespace}/${deployment} is gone (npm run local -- --stack ${stack})`;
    }
}
