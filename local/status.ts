import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { API_VERSION } from "../components/delivery/names";
import { clusterReader } from "../kube/read";
import { STACKS } from "../settings/shared/environments";
import { type Cluster, clusterStatus } from "./controlPlane";
import { localPaths, type LocalPaths } from "../process/paths";

const outputsSchema = z.object({ namespace: z.string(), deployment: z.string() });

const deploymentSchema = z.object({
    status: z.object({ replicas: z.number().default(0), readyReplicas: z.number().default(0) }).prefault({}),
});

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

async function stackStatus(folders: LocalPaths, cluster: Cluster, stack: string): Promise<string> {
    const file = join(folders.root, `outputs.${stack}.json`);
    if (!existsSync(file)) {
        return `not deployed (npm run local -- --stack ${stack})`;
    }
    const { namespace, deployment } = outputsSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    const read = await clusterReader(cluster);
    const paths = ["apps/v1/namespaces/NAMESPACE/deployments", `${API_VERSION}/namespaces/NAMESPACE/rollouts`];
    const found = await Promise.all(
        paths.map((path) => read(`/apis/${path.replace("NAMESPACE", namespace)}/${deployment}`)),
    );
    const live = found.flatMap(
        (answer) => deploymentSchema.safeParse(answer.seen ? answer.object : undefined).data ?? [],
    )[0];
    return live === undefined
        ? `deployed, but ${namespace}/${deployment} is gone (npm run local -- --stack ${stack})`
        : `${namespace}/${deployment}: ${live.status.readyReplicas} of ${live.status.replicas} pods ready`;
}
