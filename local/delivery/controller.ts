import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";
import { z } from "zod";
import type { Cluster } from "../controlPlane";
import { clusterIdentity } from "../controlPlane/identity";
import { freePort } from "../controlPlane/ports";
import { clusterRequests } from "../../kube/request";
import type { LocalPaths } from "../../process/paths";

/** Where the controller runs as a process of this machine, since the simulated nodes run no container. */
export interface ControllerPlace {
    /** The cluster. */
    readonly cluster: Cluster;
    /** Namespace that it watches. */
    readonly namespace: string;
    /** ServiceAccount whose token it has: it can do no more than in a cluster. */
    readonly serviceAccount: string;
    /** Path of `rollouts-controller`. */
    readonly program: string;
    /** Folders of the run. */
    readonly paths: LocalPaths;
}

/** A running controller. */
export interface RunningController {
    /** Ends it and waits until it is gone. */
    stop(): Promise<void>;
}

const tokenSchema = z.object({ status: z.object({ token: z.string() }) });

/** Time between two looks for the ServiceAccount (ms), and how often; an update makes it after the namespace. */
const LOOK = { ms: 500, times: 600 } as const;

/** A token of the ServiceAccount, as soon as there is one and it may work. @throws Error when it does not come. */
async function tokenOf({ cluster, namespace, serviceAccount }: ControllerPlace, signal: AbortSignal): Promise<string> {
    const send = await clusterRequests(cluster);
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`;
    const binding = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings/${serviceAccount}`;
    const request = {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: { expirationSeconds: 7_200 },
    };
    for (let look = 0; look < LOOK.times; look++) {
        // A controller that starts before its rights exist ends with an error.
        if ((await send(binding)).status === 200) {
            const { status, object } = await send(path, request);
            if (status === 201) {
                return tokenSchema.parse(object).status.token;
            }
        }
        await sleep(LOOK.ms, undefined, { signal });
    }
    throw new Error(`there is no ServiceAccount ${serviceAccount} in namespace ${namespace}: the update made none`);
}

/**
 * Runs the controller of Argo Rollouts with the token, and so the rights, of the ServiceAccount that an update makes;
 * waits for that first.
 * @param signal Aborted when the update has failed: nothing is waited for then.
 */
export async function runController(place: ControllerPlace, signal: AbortSignal): Promise<RunningController> {
    const { cluster, namespace, program, paths } = place;
    const token = await tokenOf(place, signal);
    const authority = join(clusterIdentity(paths).pki, "ca.crt");
    const kubeconfig = join(paths.root, "rollouts-controller.kubeconfig");
    const entry = { name: "controller" };
    await writeFile(
        kubeconfig,
        stringify({
            apiVersion: "v1",
            kind: "Config",
            "current-context": entry.name,
            clusters: [{ ...entry, cluster: { server: cluster.server, "certificate-authority": authority } }],
            users: [{ ...entry, user: { token } }],
            contexts: [{ ...entry, context: { cluster: entry.name, user: entry.name, namespace } }],
        }),
        { mode: 0o600 },
    );
    const [metrics, health] = [await freePort(), await freePort()];
    const args = [
        ...["--kubeconfig", kubeconfig, "--namespaced", "--namespace", namespace, "--leader-elect=false"],
        ...["--metricsPort", String(metrics), "--healthzPort", String(health)],
    ];
    const log = createWriteStream(join(paths.logs, "rollouts-controller.log"), { flags: "a" });
    const child = spawn(program, args, {
        env: { ...process.env, POD_NAMESPACE: namespace },
        stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    const gone = once(child, "exit");
    return {
        stop: async () => {
            child.kill("SIGKILL");
            await gone;
            log.end();
        },
    };
}
