import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { run } from "../../../process/run";
import type { ClusterRequest } from "../request";
import { docker } from "../../../preflight/prerequisites";
import { askToCreate, type Provider, zoneOf } from "./provider";

/** kind: Kubernetes in Docker. */
export const kind: Provider = {
    needs: [
        docker,
        {
            name: "kind",
            versionArgs: ["version"],
            // The first version whose default node image runs Kubernetes 1.27.
            minimum: "0.20.0",
            required: true,
            purpose: "creates the cluster",
            get: {
                linux: "go install sigs.k8s.io/kind@v0.31.0, or https://kind.sigs.k8s.io/docs/user/quick-start/#installation",
                darwin: "brew install kind",
            },
        },
    ],
    async ensure(args, surroundings) {
        const { progress, env, kubeconfigs } = surroundings;
        const { name } = args;
        const target = { context: `kind-${name}`, kubeconfig: join(kubeconfigs, `kind-${name}`) };
        const file = ["--kubeconfig", target.kubeconfig];
        mkdirSync(kubeconfigs, { recursive: true, mode: 0o700 });
        const { stdout } = await run("kind", ["get", "clusters"], { env });
        if (stdout.split("\n").includes(name)) {
            await run("kind", ["export", "kubeconfig", "--name", name, ...file], { env });
            return { target, outcome: "found" };
        }
        await askToCreate(`kind cluster ${name}`, args, surroundings);
        const image = args.kubernetes === undefined ? [] : ["--image", `kindest/node:v${args.kubernetes}`];
        await progress.step(`Creating kind cluster ${name}`, (step) =>
            run("kind", ["create", "cluster", "--name", name, ...file, ...image, "--wait", "180s", "--config", "-"], {
                env,
                input: kindConfig(args),
                onLine: (line) => {
                    step.update(line.trim());
                },
            }),
        );
        return { target, outcome: "created" };
    },
};

/** Nodes of the cluster: one with the control plane, the others as workers, each in a zone. */
export function kindConfig({ nodes }: Pick<ClusterRequest, "nodes">): string {
    return stringify({
        kind: "Cluster",
        apiVersion: "kind.x-k8s.io/v1alpha4",
        nodes: Array.from({ length: nodes }, (_, index) => ({
            role: index === 0 ? "control-plane" : "worker",
            labels: { "topology.kubernetes.io/zone": zoneOf(index) },
        })),
    });
}
