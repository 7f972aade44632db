import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import { get as httpGet } from "node:http";
import { get as httpsGet } from "node:https";
import { startCluster } from "../../local/controlPlane";
import { openApi } from "../../local/controlPlane/api";
import { clusterIdentity } from "../../local/controlPlane/identity";
import { CLUSTER_TOOLS, kwokctlCreate, type ClusterTools } from "../../local/controlPlane/kwokctl";
import { choosePorts, recordedPort, type ClusterPorts } from "../../local/controlPlane/ports";
import { killProcesses } from "../../local/controlPlane/processes";
import { ClusterStartError, waitReady } from "../../local/controlPlane/wait";
import { ensureTools } from "../../tools";
import { paths, progress, removeAll } from "./support/embedded";
import { separatePaths } from "../support/paths";

/** The ports of a cluster, and the component that exits if its port is in use. */
const PORTS: readonly (readonly [keyof ClusterPorts, string])[] = [
    ["etcdPort", "etcd"],
    ["kubeApiserverPort", "kube-apiserver"],
    ["kubeControllerManagerPort", "kube-controller-manager"],
    ["kubeSchedulerPort", "kube-scheduler"],
    ["kwokControllerPort", "kwok-controller"],
];

/**
 * HTTP status of a server's response to a client without a certificate; rejects if the server refuses the connection.
 */
function status(url: string): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
        const { protocol } = new URL(url);
        const options = { rejectUnauthorized: false, agent: false, timeout: 5_000 } as const;
        const call = protocol === "http:" ? httpGet(url, { agent: false }) : httpsGet(url, options);
        call.on("error", reject);
        call.on("response", (response) => {
            response.resume();
            // etcd responds to a plain HTTP request on its TLS port with 400 and closes the connection.
            if (response.statusCode === 400) {
                reject(new Error("refused"));
            } else {
                resolve(response.statusCode);
            }
        });
    });
}

describe("An embedded cluster that starts while another one runs", () => {
    const second = separatePaths(paths, "second");
    const identity = clusterIdentity(second);
    let tools: ClusterTools;

    before(async () => {
        await removeAll();
        tools = await ensureTools(CLUSTER_TOOLS, progress);
        await startCluster(tools, progress, paths);
    });

    after(removeAll);

    afterEach(async () => {
        await killProcesses(identity.bin);
        await rm(second.root, { recursive: true, force: true });
    });

    for (const [name, component] of PORTS) {
        it(`notices that the other one has the port of its ${component}`, async () => {
            const record = await readFile(clusterIdentity(paths).record, "utf8");
            const ports = { ...(await choosePorts(identity.seed)), [name]: recordedPort(record, name) };
            await kwokctlCreate(tools, ports, identity, second);
            const [server, kwok] = await Promise.all(
                [ports.kubeApiserverPort, ports.kwokControllerPort].map((port) =>
                    openApi(`https://127.0.0.1:${port}`, identity.pki),
                ),
            );
            assert.ok(server !== undefined && kwok !== undefined);
            try {
                await assert.rejects(waitReady(server, kwok, identity), (error) => {
                    assert.ok(error instanceof ClusterStartError && error.portTaken, String(error));
                    assert.match(error.message, new RegExp(`does not start: ${component} ended`));
                    return true;
                });
            } finally {
                server.close();
                kwok.close();
            }
        });
    }

    for (const name of ["etcdPort", "etcdPeerPort"] as const) {
        it(`answers no client of its etcd without the cluster's certificate (${name})`, async () => {
            const { record, pki } = clusterIdentity(paths);
            const port = recordedPort(await readFile(record, "utf8"), name) ?? 0;
            await assert.rejects(status(`http://127.0.0.1:${port}/version`));
            await assert.rejects(status(`https://127.0.0.1:${port}/version`));
            const api = await openApi(`https://127.0.0.1:${port}`, pki);
            assert.equal((await api.send("GET", "/version")).status, 200);
            api.close();
        });
    }

    it("starts with ports of its own", async () => {
        assert.equal((await startCluster(tools, progress, second)).outcome, "created");
        assert.equal((await startCluster(tools, progress, paths)).outcome, "found");
    });
});
