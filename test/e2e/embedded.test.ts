import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
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

/** The ports of a cluster, and which component ends when it does not get its own. */
const PORTS: readonly (readonly [keyof ClusterPorts, string])[] = [
    ["etcdPort", "etcd"],
    ["kubeApiserverPort", "kube-apiserver"],
    ["kubeControllerManagerPort", "kube-controller-manager"],
    ["kubeSchedulerPort", "kube-scheduler"],
    ["kwokControllerPort", "kwok-controller"],
];

describe("An embedded cluster that starts beside another one", () => {
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

    it("starts with ports of its own", async () => {
        assert.equal((await startCluster(tools, progress, second)).outcome, "created");
        assert.equal((await startCluster(tools, progress, paths)).outcome, "found");
    });
});
