import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cp, readFile, writeFile } from "node:fs/promises";
import type { Server } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";
import { clusterStatus, deleteCluster } from "../../local/controlPlane";
import { clusterIdentity } from "../../local/controlPlane/identity";
import type { ClusterTools } from "../../local/controlPlane/kwokctl";
import { CLUSTER_TOOLS, kwokctlConfig } from "../../local/controlPlane/kwokctl";
import { clusterObjects } from "../../local/controlPlane/objects";
import { choosePorts, moveBusyPorts, recordedPort, recordedPorts, replacePorts } from "../../local/controlPlane/ports";
import { clusterProcesses, killProcesses } from "../../local/controlPlane/processes";
import { STAGES } from "../../local/controlPlane/stages";
import { localPaths } from "../../process/paths";
import type { ToolName } from "../../tools";
import { withFolder } from "../support/temporary";
import { separatePaths } from "../support/paths";

/** A tool at a made-up place. */
const fakeTool = <N extends ToolName>(name: N) => ({
    name,
    path: `/tools/${name}`,
    version: "1.36.3",
    source: "cache" as const,
});

/** All tools of a cluster. */
const fakeTools: ClusterTools = {
    kwokctl: fakeTool("kwokctl"),
    kwok: fakeTool("kwok"),
    etcd: fakeTool("etcd"),
    "kube-apiserver": fakeTool("kube-apiserver"),
    "kube-controller-manager": fakeTool("kube-controller-manager"),
    "kube-scheduler": fakeTool("kube-scheduler"),
};

/** Takes a port on the loopback address. */
function take(port: number): Promise<Server> {
    return new Promise((resolve) => {
        const server = createServer().listen(port, "127.0.0.1", () => {
            resolve(server);
        });
    });
}

describe("paths", () => {
    it("keep the run's files in the checkout and the tools in the user's cache", () => {
        const paths = localPaths("/srv/a", { HOME: "/home/u" });
        assert.equal(paths.kubeconfig, "/srv/a/.local/kubeconfig");
        assert.equal(paths.tools, "/home/u/.cache/x0tta6bl4/tools");
        assert.equal(localPaths("/srv/a", { XDG_CACHE_HOME: "/var/c" }).cache, "/var/c/x0tta6bl4");
        assert.equal(localPaths("/srv/a", { HOME: "/h", XDG_CACHE_HOME: "relative" }).cache, "/h/.cache/x0tta6bl4");
    });
});

describe("embedded cluster", () => {
    it("has a name of its own in every checkout, the same at each run", () => {
        const one = clusterIdentity(localPaths("/srv/one"));
        assert.equal(one.name, clusterIdentity(localPaths("/srv/one")).name);
        assert.notEqual(one.name, clusterIdentity(localPaths("/srv/two")).name);
        assert.match(one.context, /^kwok-x0tta6bl4-[0-9a-f]{8}$/);
    });

    it("searches for ports in a separate range, even if another cluster of the checkout runs", () => {
        const paths = localPaths("/srv/one");
        const all = [paths, separatePaths(paths, "e2e-long"), separatePaths(paths, "e2e-rest"), localPaths("/srv/two")];
        assert.equal(new Set(all.map((own) => clusterIdentity(own).seed)).size, all.length);
    });

    it("listens on the loopback address only, with admission and authorization", async () => {
        const text = kwokctlConfig(fakeTools, await choosePorts(1), "/stages.yaml", "/pki");
        const { options } = z.object({ options: z.record(z.string(), z.unknown()) }).parse(parse(text));
        assert.equal(options.bindAddress, "127.0.0.1");
        assert.equal(options.kubeAdmission, true);
        assert.equal(options.kubeAuthorization, true);
        assert.equal(options.kubeApiserverBinary, "/tools/kube-apiserver");
        assert.equal(CLUSTER_TOOLS.length, Object.keys(fakeTools).length);
    });

    it("serves etcd over TLS, to clients with the cluster's certificate only", async () => {
        const ports = await choosePorts(1);
        const text = kwokctlConfig(fakeTools, ports, "/stages.yaml", "/pki");
        const { componentsPatches } = z
            .object({
                componentsPatches: z.array(
                    z.object({
                        name: z.string(),
                        extraArgs: z.array(
                            z.object({ key: z.string(), value: z.string(), override: z.boolean().default(false) }),
                        ),
                    }),
                ),
            })
            .parse(parse(text));
        const argumentsOf = (component: string, override: boolean) =>
            Object.fromEntries(
                (componentsPatches.find(({ name }) => name === component)?.extraArgs ?? [])
                    .filter((argument) => argument.override === override)
                    .map(({ key, value }) => [key, value]),
            );
        const added = argumentsOf("etcd", false);
        assert.equal(added["client-cert-auth"], "true");
        assert.equal(added["peer-client-cert-auth"], "true");
        assert.equal(added["trusted-ca-file"], "/pki/ca.crt");
        const replaced = argumentsOf("etcd", true);
        assert.equal(replaced["listen-client-urls"], `https://127.0.0.1:${ports.etcdPort}`);
        assert.ok(Object.values(replaced).every((value) => !value.includes("http://")));
        const server = argumentsOf("kube-apiserver", true);
        assert.equal(server["etcd-servers"], `https://127.0.0.1:${ports.etcdPort}`);
        assert.equal(argumentsOf("kube-apiserver", false)["etcd-keyfile"], "/pki/admin.key");
    });

    it("has six nodes in three zones and one default StorageClass", () => {
        const text = JSON.stringify(clusterObjects("1.36.3"));
        const objects = z
            .array(
                z.object({
                    object: z.object({
                        kind: z.string(),
                        metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()).optional() }),
                    }),
                }),
            )
            .parse(JSON.parse(text));
        const nodes = objects.filter(({ object }) => object.kind === "Node");
        const zones = new Set(nodes.map(({ object }) => object.metadata.labels?.["topology.kubernetes.io/zone"]));
        assert.equal(nodes.length, 6);
        assert.equal(zones.size, 3);
        assert.equal(objects.filter(({ object }) => object.kind === "StorageClass").length, 1);
    });

    it("plays the provisioner of its StorageClass, the end of pods, and an image that never starts, by well-formed stages", () => {
        const all = parseAllDocuments(STAGES);
        assert.equal(all.length, 4);
        all.forEach((stage) => {
            assert.deepEqual(stage.errors, []);
            assert.equal(stage.get("kind"), "Stage");
        });
    });

    it("is absent where nothing is, and deleting it then does nothing", () =>
        withFolder(async (folder) => {
            const paths = localPaths(folder);
            assert.equal((await clusterStatus(paths)).state, "absent");
            await deleteCluster(paths);
            assert.equal((await clusterStatus(paths)).state, "absent");
        }));

    it("finds and kills the processes of its own folder only", () =>
        withFolder(async (folder) => {
            const start = async (bin: string) => {
                await cp("/bin/sleep", join(folder, bin, "etcd"));
                return spawn(join(folder, bin, "etcd"), ["60"]);
            };
            const own = await start("own");
            const other = await start("other");
            const ended = new Promise((resolve) => own.once("close", resolve));
            try {
                const found = await clusterProcesses(join(folder, "own"));
                assert.deepEqual(found, [{ pid: own.pid, component: "etcd" }]);
                await killProcesses(join(folder, "own"));
                await ended;
                assert.equal(other.exitCode, null);
                assert.equal(other.signalCode, null);
            } finally {
                other.kill("SIGKILL");
            }
        }));
});

describe("ports of the embedded cluster", () => {
    it("begin at a number that depends on the checkout, and skip those in use", async () => {
        const first = await choosePorts(4_000);
        const server = await take(first.etcdPort);
        try {
            const second = Object.values(await choosePorts(4_000));
            assert.equal(new Set(second).size, 6);
            assert.equal(second.includes(first.etcdPort), false);
            assert.ok(second.every((port) => port >= 20_000 && port < 32_768));
        } finally {
            server.close();
        }
    });

    it("are read from kwokctl's record and replaced as whole numbers", () => {
        const record = "options:\n  etcdPort: 21000\n  kubeApiserverPort: 21001\n  etcdVersion: 3.6.16\n    port: 1\n";
        assert.deepEqual(recordedPorts(record), [21_000, 21_001]);
        assert.equal(recordedPort(record, "kubeApiserverPort"), 21_001);
        assert.equal(recordedPort(record, "kwokControllerPort"), undefined);
        assert.equal(replacePorts("127.0.0.1:21000 121000 2100", new Map([[21_000, 5]])), "127.0.0.1:5 121000 2100");
    });

    it("are moved in all files when another program took one meanwhile", () =>
        withFolder(async (folder) => {
            const { etcdPort, kubeApiserverPort } = await choosePorts(9_000);
            const record = join(folder, "kwok.yaml");
            const kubeconfig = join(folder, "kubeconfig");
            await writeFile(record, `options:\n  etcdPort: ${etcdPort}\n  kubeApiserverPort: ${kubeApiserverPort}\n`);
            await writeFile(kubeconfig, `server: https://127.0.0.1:${kubeApiserverPort}\n`);
            assert.equal(await moveBusyPorts(record, [kubeconfig]), 0);
            const server = await take(kubeApiserverPort);
            try {
                assert.equal(await moveBusyPorts(record, [kubeconfig]), 1);
            } finally {
                server.close();
            }
            const [kept, moved] = recordedPorts(await readFile(record, "utf8"));
            assert.equal(kept, etcdPort);
            assert.notEqual(moved, kubeApiserverPort);
            assert.equal(await readFile(kubeconfig, "utf8"), `server: https://127.0.0.1:${moved ?? 0}\n`);
        }));
});
