import { existsSync } from "node:fs";
import { cp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LocalPaths } from "../../process/paths";
import { localPaths } from "../../process/paths";
import type { Progress, Step } from "../../terminal/progress";
import { withLock } from "../../process/lock";
import { isReady, openApi, readServer } from "./api";
import type { ClusterIdentity } from "./identity";
import { clusterIdentity } from "./identity";
import type { ClusterTools } from "./kwokctl";
import { COMPONENTS, kwokctlCreate, kwokctlStart } from "./kwokctl";
import { clusterObjects } from "./objects";
import { choosePorts, type ClusterPorts, moveBusyPorts, recordedPort } from "./ports";
import { clusterProcesses, killProcesses } from "./processes";
import { allRun, ClusterStartError, createObject, waitReady } from "./wait";

export { CLUSTER_TOOLS } from "./kwokctl";
export type { ClusterTools } from "./kwokctl";

/** An embedded cluster that answers. */
export interface Cluster {
    /** Name, the same at each run of a checkout: `x0tta6bl4-<hash of the checkout's path>`. */
    readonly name: string;
    /** Context in the kubeconfig, `kwok-<name>`. */
    readonly context: string;
    /** Kubeconfig file with this context only. */
    readonly kubeconfig: string;
    /** URL of the API server, e.g. `https://127.0.0.1:32766`. */
    readonly server: string;
}

/** What {@link startCluster} did: created an empty cluster; started one with its data; or found it running. */
type StartOutcome = "created" | "started" | "found";

/** State of a checkout's cluster. `broken`: left by an interrupted run; the next start creates a new one. */
type ClusterState = "absent" | "broken" | "stopped" | "running";

/** Number of attempts to create a cluster when another program takes one of its ports in between. */
const CREATE_TRIES = 3;

/** How far ahead the next attempt searches for ports: past those that were just lost. */
const PORT_STRIDE = 101;

/** Describes a running cluster. */
function describe(identity: ClusterIdentity, paths: LocalPaths, server: string): Cluster {
    return { name: identity.name, context: identity.context, kubeconfig: paths.kubeconfig, server };
}

/** Whether the API server of a complete cluster answers that it is ready. */
async function answers(identity: ClusterIdentity, paths: LocalPaths): Promise<boolean> {
    const server = await readServer(paths.kubeconfig);
    if (server === undefined) {
        return false;
    }
    const api = await openApi(server, identity.pki);
    try {
        return await isReady(api);
    } finally {
        api.close();
    }
}

/** Stops the processes and removes the files. */
async function remove(identity: ClusterIdentity, paths: LocalPaths): Promise<void> {
    await killProcesses(identity.bin);
    await rm(paths.kwok, { recursive: true, force: true });
    await rm(paths.kubeconfig, { force: true });
}

/** Waits for a cluster that kwokctl has started; gives a new one its nodes and storage meanwhile. */
async function settle(identity: ClusterIdentity, paths: LocalPaths, newVersion?: string): Promise<string> {
    const server = await readServer(paths.kubeconfig);
    const kwokPort = recordedPort(await readFile(identity.record, "utf8"), "kwokControllerPort");
    if (server === undefined || kwokPort === undefined) {
        throw new ClusterStartError(
            `kwokctl wrote no server into ${paths.kubeconfig}, or no kwokControllerPort into ${identity.record}`,
            false,
        );
    }
    const api = await openApi(server, identity.pki);
    const kwok = await openApi(`https://127.0.0.1:${kwokPort}`, identity.pki);
    try {
        await waitReady(api, kwok, identity);
        if (newVersion !== undefined) {
            await Promise.all(clusterObjects(newVersion).map((object) => createObject(api, object)));
        }
    } finally {
        api.close();
        kwok.close();
    }
    return server;
}

/** Creates a cluster; the marker is written last, so that an interrupted run is detected. */
async function create(
    tools: ClusterTools,
    identity: ClusterIdentity,
    paths: LocalPaths,
    step: Step,
    fixed: Partial<ClusterPorts>,
): Promise<string> {
    for (let attempt = 1; ; attempt += 1) {
        try {
            const ports = { ...(await choosePorts(identity.seed + attempt * PORT_STRIDE)), ...fixed };
            await kwokctlCreate(tools, ports, identity, paths);
            const server = await settle(identity, paths, tools["kube-apiserver"].version);
            await writeFile(identity.marker, "");
            return server;
        } catch (error) {
            if (!(error instanceof ClusterStartError && error.portTaken) || attempt === CREATE_TRIES) {
                throw error;
            }
            step.update("a port was taken by another program, trying others");
            await remove(identity, paths);
        }
    }
}

/** Restores what a stopped cluster needs and may have lost: tools, kubeconfig, ports. */
async function repair(tools: ClusterTools, identity: ClusterIdentity, paths: LocalPaths): Promise<void> {
    const ownKubeconfig = join(identity.folder, "kubeconfig.yaml");
    if ((await readServer(paths.kubeconfig)) === undefined) {
        await cp(ownKubeconfig, paths.kubeconfig);
    }
    const running = await clusterProcesses(identity.bin);
    if (running.length === 0) {
        await moveBusyPorts(identity.record, [ownKubeconfig, paths.kubeconfig]);
    }
    for (const [component, tool] of Object.entries(COMPONENTS)) {
        // The links point into the cache, which may have been emptied and filled again with other versions.
        const link = join(identity.bin, component);
        if (!existsSync(link)) {
            await rm(link, { force: true });
            await symlink(tools[tool].path, link);
        }
        // kwokctl trusts these files, but after a reboot their numbers belong to other processes.
        if (!running.some((process) => process.component === component)) {
            await rm(join(identity.folder, "pids", `${component}.pid`), { force: true });
        }
    }
}

/** Starts the components of a complete cluster that do not run. */
async function restart(tools: ClusterTools, identity: ClusterIdentity, paths: LocalPaths): Promise<string> {
    await repair(tools, identity, paths);
    await kwokctlStart(tools, identity, paths);
    return settle(identity, paths);
}

/**
 * Brings the checkout's cluster up, whatever its state: creates it, starts it with its data, repairs what an
 * interrupted run left, or finds it running, which takes a fraction of a second.
 * @param tools From `ensureTools(CLUSTER_TOOLS, ...)`.
 * @param fixed Ports of a new cluster that are not chosen. Default: all are.
 * @throws ClusterStartError, CommandError: with the log of the component that failed.
 */
export async function startCluster(
    tools: ClusterTools,
    progress: Progress,
    paths: LocalPaths = localPaths(),
    fixed: Partial<ClusterPorts> = {},
): Promise<Cluster & { readonly outcome: StartOutcome }> {
    const identity = clusterIdentity(paths);
    const result = (server: string, outcome: StartOutcome) => ({ ...describe(identity, paths, server), outcome });
    return progress.step("Starting the embedded cluster", (step) =>
        withLock(
            join(paths.root, "cluster.lock"),
            (pid) => {
                step.update(`waiting for process ${pid}, which is starting or removing the cluster`);
            },
            async () => {
                if (!existsSync(identity.marker)) {
                    await remove(identity, paths);
                    return result(await create(tools, identity, paths, step, fixed), "created");
                }
                const server = await readServer(paths.kubeconfig);
                if (server !== undefined && (await allRun(identity)) && (await answers(identity, paths))) {
                    return result(server, "found");
                }
                return result(await restart(tools, identity, paths), "started");
            },
        ),
    );
}

/** Reads the state of the checkout's cluster. Changes nothing. */
export async function clusterStatus(
    paths: LocalPaths = localPaths(),
): Promise<{ readonly state: ClusterState; readonly cluster: Cluster }> {
    const identity = clusterIdentity(paths);
    const cluster = describe(identity, paths, (await readServer(paths.kubeconfig)) ?? "");
    if (!existsSync(identity.marker)) {
        const left = existsSync(identity.folder) || (await clusterProcesses(identity.bin)).length > 0;
        return { state: left ? "broken" : "absent", cluster };
    }
    const running = (await allRun(identity)) && (await answers(identity, paths));
    return { state: running ? "running" : "stopped", cluster };
}

/** Stops the cluster's processes, checks that none is left, and removes its files; does nothing without a cluster. */
export async function deleteCluster(paths: LocalPaths = localPaths()): Promise<void> {
    await withLock(
        join(paths.root, "cluster.lock"),
        () => undefined,
        () => remove(clusterIdentity(paths), paths),
    );
}
