import { chmod, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { LocalPaths } from "../../process/paths";
import { run } from "../../process/run";
import type { Tool, ToolName } from "../../tools";
import type { ClusterIdentity } from "./identity";
import { type ClusterPorts, LOOPBACK } from "./ports";
import { SIMULATED } from "./objects";
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

/** The components of a running cluster and their tools, by the name of the executable in the folder of the cluster. */
export const COMPONENTS = {
    etcd: "etcd",
    "kube-apiserver": "kube-apiserver",
    "kube-controller-manager": "kube-controller-manager",
    "kube-scheduler": "kube-scheduler",
    "kwok-controller": "kwok",
} as const satisfies Record<string, keyof ClusterTools>;

/** Milliseconds for kwokctl itself, which only writes files and starts processes in 0.3 s. */
const KWOKCTL_TIMEOUT_MS = 30_000;

/** Address range of Services, that of kubeadm. The default of the API server has room for 254 only. */
const SERVICE_RANGE = "10.96.0.0/16";

/** Address of the Service `kubernetes`, the first of the range: pods of a real node call the API server by it. */
const API_SERVICE_ADDRESS = "10.96.0.1";

/**
 * An address for documentation (RFC 5737) that is never reached from simulated nodes. Without one the API server looks for
 * the machine's own address, and does not start on a machine without a network.
 */
export const ADVERTISED_ADDRESS = "192.0.2.1";

/** ComponentArguments of one component, by flag. */
type ComponentArguments = Readonly<Record<string, string>>;

/**
 * ComponentArguments of the components that replace those of kwokctl: etcd is served over TLS, which kwokctl does not
 * offer.
 */
function replacedArguments({ etcdPort, etcdPeerPort }: ClusterPorts): Readonly<Record<string, ComponentArguments>> {
    const clients = `https://${LOOPBACK}:${etcdPort}`;
    const peers = `https://${LOOPBACK}:${etcdPeerPort}`;
    return {
        etcd: {
            "listen-client-urls": clients,
            "advertise-client-urls": clients,
            "listen-peer-urls": peers,
            "initial-advertise-peer-urls": peers,
            "initial-cluster": `node0=${peers}`,
        },
        "kube-apiserver": { "etcd-servers": clients },
        "kwok-controller": { "manage-all-nodes": "false" },
    };
}

/**
 * ComponentArguments that are added to the components. Certificates: kwokctl issues one, of the administrator, which
 * all its components serve and call with. etcd accepts no client without it, since whoever reads etcd reads every
 * Secret.
 */
function addedArguments(pki: string, stagesFile: string): Readonly<Record<string, ComponentArguments>> {
    const [ca, certificate, key] = ["ca.crt", "admin.crt", "admin.key"].map((file) => join(pki, file));
    const files = (names: readonly [string, string, string]): ComponentArguments =>
        Object.fromEntries(names.map((name, index) => [name, [ca, certificate, key][index] ?? ""]));
    return {
        etcd: {
            "client-cert-auth": "true",
            "peer-client-cert-auth": "true",
            ...files(["trusted-ca-file", "cert-file", "key-file"]),
            ...files(["peer-trusted-ca-file", "peer-cert-file", "peer-key-file"]),
        },
        "kube-apiserver": {
            ...files(["etcd-cafile", "etcd-certfile", "etcd-keyfile"]),
            "service-cluster-ip-range": SERVICE_RANGE,
            "advertise-address": ADVERTISED_ADDRESS,
            "kubelet-client-certificate": certificate ?? "",
            "kubelet-client-key": key ?? "",
        },
        // There is one of each. An election costs a second, and after a hard stop 15 s until the old lease expires.
        "kube-controller-manager": { "leader-elect": "false" },
        "kube-scheduler": { "leader-elect": "false" },
        // kwok plays the kubelet of simulated nodes only, so that a real node can join (npm run test:node).
        "kwok-controller": {
            config: stagesFile,
            "manage-nodes-with-annotation-selector": `${SIMULATED.key}=${SIMULATED.value}`,
        },
    };
}

/**
 * Configuration for `kwokctl create cluster`; JSON, which is YAML. All components listen on the loopback address only
 * (the default of kwokctl is all addresses), and none answers a client without the cluster's certificate.
 * @param pki Folder in which kwokctl puts the certificates.
 */
export function kwokctlConfig(tools: ClusterTools, ports: ClusterPorts, stagesFile: string, pki: string): string {
    const added = addedArguments(pki, stagesFile);
    const replaced = replacedArguments(ports);
    const config = {
        apiVersion: "config.kwok.x-k8s.io/v1alpha1",
        kind: "KwokctlConfiguration",
        options: {
            runtime: "binary",
            bindAddress: LOOPBACK,
            kubeAdmission: true,
            kubeAuthorization: true,
            disableQPSLimits: true,
            kubeVersion: `v${tools["kube-apiserver"].version}`,
            etcdBinary: tools.etcd.path,
            kubeApiserverBinary: tools["kube-apiserver"].path,
            kubeControllerManagerBinary: tools["kube-controller-manager"].path,
            kubeSchedulerBinary: tools["kube-scheduler"].path,
            kwokControllerBinary: tools.kwok.path,
            kubeApiserverCertSANs: [API_SERVICE_ADDRESS],
            ...ports,
        },
        componentsPatches: Object.entries(added).map(([name, values]) => ({
            name,
            extraArgs: [
                ...Object.entries(replaced[name] ?? {}).map(([key, value]) => ({ key, value, override: true })),
                ...Object.entries(values).map(([key, value]) => ({ key, value })),
            ],
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

/** Creates the cluster's files and starts its components; returns before the API server answers. */
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
    await writeFile(configFile, kwokctlConfig(tools, ports, stagesFile, identity.pki));
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
