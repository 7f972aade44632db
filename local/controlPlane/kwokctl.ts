import { chmod, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { LocalPaths } from "../../process/paths";
import { run } from "../../process/run";
import type { Tool, ToolName } from "../../tools";
import type { ClusterIdentity } from "./identity";
import type { ClusterPorts } from "./ports";
import { STAGES } from "./stages";

/** The tools that a cluster runs on. */
export const CLUSTER_TOOLS = [
    "kwokctl",
    "kwok",
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
] as const satisfies readonly ToolName[];

/** Tools by name, as `ensureTools(CLUSTER_TOOLS, ...)` returns them. */
export type ClusterTools = Record<(typeof CLUSTER_TOOLS)[number], Tool>;

/** The components of a running cluster, by the names of their executables in the cluster's folder, and their tools. */
export const components = {
    etcd: "etcd",
    "kube-apiserver": "kube-apiserver",
    "kube-controller-manager": "kube-controller-manager",
    "kube-scheduler": "kube-scheduler",
    "kwok-controller": "kwok",
} as const satisfies Record<string, keyof ClusterTools>;

/** Milliseconds for kwokctl itself, which only writes files and starts processes: it takes 0.3 s. */
const KWOKCTL_TIMEOUT_MS = 30_000;

/** Services get their addresses here, as with kubeadm; the API server's own default has room for 254 only. */
const SERVICE_RANGE = "10.96.0.0/16";

/** Arguments added to components, by component. */
const extraArgs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    // The address is one for documentation (RFC 5737), never reached: without it the API server looks for the machine's
    // own, and does not start where there is no network.
    "kube-apiserver": { "service-cluster-ip-range": SERVICE_RANGE, "advertise-address": "192.0.2.1" },
    // There is one of each. An election costs a second, and after a hard stop 15 s until the old lease runs out.
    "kube-controller-manager": { "leader-elect": "false" },
    "kube-scheduler": { "leader-elect": "false" },
};

/**
 * Configuration for `kwokctl create cluster`; JSON, which is YAML. Listens on the loopback address only: kwokctl's
 * default is all addresses, with an etcd that asks for no password.
 */
export function kwokctlConfig(tools: ClusterTools, ports: ClusterPorts, stagesFile: string): string {
    const args = { ...extraArgs, "kwok-controller": { config: stagesFile } };
    const config = {
        apiVersion: "config.kwok.x-k8s.io/v1alpha1",
        kind: "KwokctlConfiguration",
        options: {
            runtime: "binary",
            bindAddress: "127.0.0.1",
            kubeAdmission: true,
            kubeAuthorization: true,
            disableQPSLimits: true,
            kubeVersion: `v${tools["kube-apiserver"].version}`,
            etcdBinary: tools.etcd.path,
            kubeApiserverBinary: tools["kube-apiserver"].path,
            kubeControllerManagerBinary: tools["kube-controller-manager"].path,
            kubeSchedulerBinary: tools["kube-scheduler"].path,
            kwokControllerBinary: tools.kwok.path,
            ...ports,
        },
        componentsPatches: Object.entries(args).map(([name, values]) => ({
            name,
            extraArgs: Object.entries(values).map(([key, value]) => ({ key, value })),
        })),
    };
    return `${JSON.stringify(config, undefined, 2)}\n`;
}

/**
 * A folder with a `kubectl` that does nothing. kwokctl waits for the API server by calling kubectl five times a second,
 * which takes half a core, writes to ~/.kube/cache, and downloads kubectl where there is none; here /readyz is asked.
 */
async function quietKubectl(paths: LocalPaths): Promise<string> {
    const folder = join(paths.kwok, "path");
    const file = join(folder, "kubectl");
    await mkdir(folder, { recursive: true });
    await writeFile(file, "#!/bin/sh\nexit 0\n");
    await chmod(file, 0o755);
    return folder;
}

/** The environment for kwokctl: its folder is ours, and no KWOK_ setting of the user changes the cluster. */
async function kwokctlEnvironment(paths: LocalPaths): Promise<NodeJS.ProcessEnv> {
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith("KWOK_") && name !== "KUBECONFIG");
    const path = `${await quietKubectl(paths)}${delimiter}${process.env.PATH ?? ""}`;
    return { ...Object.fromEntries(own), KWOK_WORKDIR: paths.kwok, PATH: path };
}

/** Runs one kwokctl command on the cluster. */
async function kwokctl(
    tool: Tool,
    args: readonly string[],
    identity: ClusterIdentity,
    paths: LocalPaths,
): Promise<void> {
    await run(tool.path, [...args, "--name", identity.name], {
        env: await kwokctlEnvironment(paths),
        logFile: join(paths.logs, "kwokctl.log"),
        timeoutMs: KWOKCTL_TIMEOUT_MS,
    });
}

/** Makes the cluster's files and starts its components; returns before the API server answers. */
export async function kwokctlCreate(
    tools: ClusterTools,
    ports: ClusterPorts,
    identity: ClusterIdentity,
    paths: LocalPaths,
): Promise<void> {
    const stagesFile = join(paths.kwok, "stages.yaml");
    const configFile = join(paths.kwok, "kwokctl.yaml");
    await mkdir(paths.kwok, { recursive: true });
    await writeFile(stagesFile, STAGES);
    await writeFile(configFile, kwokctlConfig(tools, ports, stagesFile));
    // Without leases, since a restarted kwok would not touch a node before its old lease ends, 200 s later. A flag, as
    // kwokctl takes 0 in its configuration for the default.
    const noLeases = ["--node-lease-duration-seconds", "0"];
    const args = ["create", "cluster", "--config", configFile, "--kubeconfig", paths.kubeconfig, ...noLeases];
    await kwokctl(tools.kwokctl, args, identity, paths);
}

/** Starts the components of an existing cluster that do not run; returns before the API server answers. */
export async function kwokctlStart(tools: ClusterTools, identity: ClusterIdentity, paths: LocalPaths): Promise<void> {
    await kwokctl(tools.kwokctl, ["start", "cluster"], identity, paths);
}
