import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { API_VERSION } from "../../components/delivery/names";
import type { ContextName } from "../../kube/kubeconfig";
import { clusterRequests } from "../../kube/request";
import { run } from "../../process/run";
import { goEnvironment, moduleFolder } from "../../tools/goEnv";
import { thisPlatform } from "../../tools/table";

/** Go module of Argo Rollouts; its sources hold the definitions of its kinds. */
const MODULE = "github.com/argoproj/argo-rollouts";

/** Kinds that are waited for. */
const KINDS = ["Rollout", "AnalysisTemplate", "AnalysisRun", "Experiment"];

/** Time between two looks whether the kinds are served (ms), and how often. */
const LOOK = { ms: 250, times: 240 } as const;

const groupSchema = z.object({ resources: z.array(z.object({ kind: z.string() })) });

const downloadSchema = z.object({ Dir: z.string() });

/** Files with the CustomResourceDefinitions of the release that `tools/` builds the controller from; go.sum verifies them. */
export async function definitionFiles(): Promise<string[]> {
    const { env } = await goEnvironment("argo-rollouts", thisPlatform());
    const cwd = moduleFolder("argo-rollouts");
    const { stdout } = await run("go", ["mod", "download", "-json", MODULE], { cwd, env });
    const folder = join(downloadSchema.parse(JSON.parse(stdout)).Dir, "manifests", "crds");
    return (await readdir(folder)).filter((name) => name.endsWith("-crd.yaml")).map((name) => join(folder, name));
}

/**
 * Installs the kinds of Argo Rollouts in a cluster, as the check before an update tells its users to.
 * @param kubectl Path of kubectl.
 */
export async function installDefinitions(
    kubectl: string,
    { context, kubeconfig }: ContextName,
    logFile: string,
): Promise<void> {
    const target = ["--context", context, ...(kubeconfig === undefined ? [] : ["--kubeconfig", kubeconfig])];
    const files = (await definitionFiles()).flatMap((file) => ["--filename", file]);
    await run(kubectl, [...target, "apply", "--server-side", "--force-conflicts", ...files], { logFile });
    await served({ context, kubeconfig });
}

/** Waits until the API server serves the kinds: `kubectl wait` fails at definitions that have no condition yet. */
async function served(target: ContextName): Promise<void> {
    const send = await clusterRequests(target);
    for (let look = 0; look < LOOK.times; look++) {
        const { object } = await send(`/apis/${API_VERSION}`);
        const kinds = groupSchema.safeParse(object).data?.resources.map(({ kind }) => kind) ?? [];
        if (KINDS.every((kind) => kinds.includes(kind))) {
            return;
        }
        await sleep(LOOK.ms);
    }
    throw new Error(`the API server does not serve ${KINDS.join(", ")} of ${API_VERSION}`);
}
