import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { run } from "../../../process/run";
import type { ClusterRequest } from "../request";
import { docker } from "../../../preflight/prerequisites";
import { askToCreate, type Ensured, type Provider, type ProviderSurroundings, zoneOf } from "./provider";

const listSchema = z.array(z.object({ name: z.string(), serversRunning: z.number().default(0) }));

/** k3d: k3s in Docker. */
export const k3d: Provider = {
    needs: [
        docker,
        {
            name: "k3d",
            versionArgs: ["version"],
            // The first version whose default k3s is 1.27.
            minimum: "5.6.0",
            required: true,
            purpose: "creates the cluster",
            get: {
                linux: "curl -s https://raw.githubusercontent.com/k3d-io/k3d/main/install.sh | bash",
                darwin: "brew install k3d",
            },
        },
    ],
    async ensure(args, surroundings) {
        const { name } = args;
        const outcome = await createOrFind(args, surroundings);
        const target = { context: `k3d-${name}`, kubeconfig: join(surroundings.kubeconfigs, `k3d-${name}`) };
        const { stdout } = await run("k3d", ["kubeconfig", "get", name], { env: surroundings.env });
        mkdirSync(surroundings.kubeconfigs, { recursive: true, mode: 0o700 });
        writeFileSync(target.kubeconfig, stdout, { mode: 0o600 });
        return { target, outcome };
    },
};

async function createOrFind(args: ClusterRequest, surroundings: ProviderSurroundings): Promise<Ensured["outcome"]> {
    const { progress, env } = surroundings;
    const { name } = args;
    const { stdout } = await run("k3d", ["cluster", "list", "--output", "json"], { env });
    const found = listSchema.parse(JSON.parse(stdout)).find((cluster) => cluster.name === name);
    if (found === undefined) {
        await askToCreate(`k3d cluster ${name}`, args, surroundings);
        await progress.step(`Creating k3d cluster ${name}`, () => run("k3d", createArguments(args), { env }));
        return "created";
    }
    if (found.serversRunning > 0) {
        return "found";
    }
    await progress.step(`Starting k3d cluster ${name}`, () =>
        run("k3d", ["cluster", "start", name, "--wait"], { env }),
    );
    return "started";
}

/** Command line that creates a cluster without changing the user's own kubeconfig. */
export function createArguments({ name, nodes, kubernetes }: ClusterRequest): string[] {
    const server = ["--servers", "1", "--k3s-node-label", `topology.kubernetes.io/zone=${zoneOf(0)}@server:0`];
    const agents = Array.from({ length: nodes - 1 }, (_, index) => [
        "--k3s-node-label",
        `topology.kubernetes.io/zone=${zoneOf(index + 1)}@agent:${index}`,
    ]).flat();
    return [
        ...["cluster", "create", name],
        ...server,
        ...["--agents", String(nodes - 1)],
        ...agents,
        ...(kubernetes === undefined ? [] : ["--image", `rancher/k3s:v${kubernetes}-k3s1`]),
        ...["--kubeconfig-update-default=false", "--kubeconfig-switch-context=false"],
        ...["--wait", "--timeout", "300s"],
    ];
}
