import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { run } from "../../../process/run";
import { askToCreate, type Provider } from "./provider";

const profilesSchema = z.object({
    valid: z
        .array(z.object({ Name: z.string(), Status: z.string().default("") }))
        .nullish()
        .transform((profiles) => profiles ?? []),
});

/** States of a running profile; newer versions report OK. */
const RUNNING = ["Running", "OK"];

/** minikube, with its default driver. */
export const minikube: Provider = {
    needs: [
        {
            name: "minikube",
            versionArgs: ["version", "--short"],
            // The first version whose default Kubernetes is 1.27.
            minimum: "1.31.0",
            required: true,
            purpose: "creates the cluster",
            get: {
                linux: "curl -LO https://storage.googleapis.com/minikube/releases/latest/minikube-linux-amd64 && sudo install minikube-linux-amd64 /usr/local/bin/minikube",
                darwin: "brew install minikube",
            },
        },
    ],
    async ensure(args, surroundings) {
        const { progress, kubeconfigs } = surroundings;
        const { name, nodes, kubernetes } = args;
        const target = { context: name, kubeconfig: join(kubeconfigs, `minikube-${name}`) };
        const env = { ...surroundings.env, KUBECONFIG: target.kubeconfig };
        mkdirSync(kubeconfigs, { recursive: true, mode: 0o700 });
        // Without any profile it exits with an error.
        const { stdout } = await run("minikube", ["profile", "list", "--output", "json"], { env, allowExit: true });
        const profile = profilesOf(stdout).find((known) => known.Name === name);
        if (profile !== undefined && RUNNING.includes(profile.Status)) {
            await run("minikube", ["update-context", "--profile", name], { env });
            return { target, outcome: "found" };
        }
        if (profile === undefined) {
            await askToCreate(`minikube profile ${name}`, args, surroundings);
        }
        // Its default network plugin does not enforce NetworkPolicies.
        const shape = ["--nodes", String(nodes), "--cni", "calico"];
        const version = kubernetes === undefined ? [] : ["--kubernetes-version", `v${kubernetes}`];
        await progress.step(`Starting minikube profile ${name}`, (step) =>
            run(
                "minikube",
                [
                    "start",
                    "--profile",
                    name,
                    "--keep-context",
                    ...(profile === undefined ? [...shape, ...version] : []),
                ],
                {
                    env,
                    onLine: (line) => {
                        step.update(line.trim());
                    },
                },
            ),
        );
        return { target, outcome: profile === undefined ? "created" : "started" };
    },
};

function profilesOf(text: string) {
    try {
        return profilesSchema.parse(JSON.parse(text)).valid;
    } catch {
        return [];
    }
}
