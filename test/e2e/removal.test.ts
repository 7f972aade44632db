import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Workspace } from "../../local/workspace";
import { up } from "../../local/up";
import { ensureTools } from "../../tools";
import { clusterReader } from "../../kube/read";
import { daily } from "./support/command";
import { output, paths, progress, removeAll, workspace } from "./support/embedded";
import { everyObject } from "./support/inventory";
import { packChart } from "./support/monitoringChart";
import { type Clients, clients } from "./support/objects";

const SERVICE = { namespace: "kube-system", name: "prometheus-kube-prometheus-kubelet" };

/**
 * Objects that Prometheus Operator creates outside the stack's namespaces (its pkg/kubelet/controller.go); no operator
 * runs here.
 */
async function asTheOperator({ core, discovery }: Clients): Promise<void> {
    const labels = {
        "k8s-app": "kubelet",
        "app.kubernetes.io/name": "kubelet",
        "app.kubernetes.io/managed-by": "prometheus-operator",
    };
    const service = await core.createNamespacedService({
        namespace: SERVICE.namespace,
        body: {
            metadata: { name: SERVICE.name, labels },
            spec: { clusterIP: "None", ports: [{ name: "https-metrics", port: 10_250 }] },
        },
    });
    await discovery.createNamespacedEndpointSlice({
        namespace: SERVICE.namespace,
        body: {
            metadata: {
                generateName: `${SERVICE.name}-`,
                labels: {
                    ...labels,
                    "kubernetes.io/service-name": SERVICE.name,
                    "endpointslice.kubernetes.io/managed-by": "prometheus-operator",
                },
                ownerReferences: [
                    {
                        apiVersion: "v1",
                        kind: "Service",
                        name: SERVICE.name,
                        uid: service.metadata?.uid ?? "",
                        controller: true,
                        blockOwnerDeletion: true,
                    },
                ],
            },
            addressType: "IPv4",
            endpoints: [{ addresses: ["192.0.2.1"] }],
            ports: [{ name: "https-metrics", port: 10_250 }],
        },
    });
}

/** Objects of the cluster that belong to no stack, which are compared before and after. */
const comparable = (objects: readonly string[]) =>
    objects.filter(
        (object) =>
            // Helm never deletes the CRDs of a chart, and another operator may need them: documented, with the command.
            !/(CustomResourceDefinition|APIService) \/\w+\.monitoring\.coreos\.com$/.test(object) &&
            // Volumes of the simulated storage: a released one is replaced.
            !object.startsWith("v1 PersistentVolume "),
    );

describe("Destroy and clean on the embedded cluster", () => {
    let space: Workspace;
    let cluster: Clients;
    const look = async () => comparable(await everyObject(await clusterReader(space.cluster)));

    let chart: string;

    before(async () => {
        await removeAll();
        mkdirSync(paths.root, { recursive: true });
        chart = await packChart((await ensureTools(["helm"], progress)).helm.path, "removal");
        space = await workspace("staging", chart);
        cluster = clients(space.cluster);
    });

    after(removeAll);

    it("leave nothing of a stack with SPIRE and monitoring, nor of what its operator made", async () => {
        const before = await quiet();
        await up("staging", progress, paths, chart);
        await asTheOperator(cluster);
        const between = await look();
        assert.ok(between.length > before.length + 100);
        assert.ok(between.some((object) => object.includes(SERVICE.name)));

        const destroyed = await daily("destroy", "--stack", "staging", "--confirm", "staging");
        assert.equal(destroyed.code, 0, output(destroyed));
        assert.match(output(destroyed), /Removed Service kube-system\/prometheus-kube-prometheus-kubelet/);
        const cleaned = await daily("clean", "--stack", "staging", "--confirm", "staging");
        assert.equal(cleaned.code, 0, output(cleaned));
        assert.deepEqual(await settledDifference(before), { left: [], lost: [] });
    });

    it("remove what the operator made before a destroy that did not look for it", async () => {
        await asTheOperator(cluster);
        const shown = await daily("clean", "--stack", "staging", "--dry-run");
        assert.match(
            output(shown),
            /removes +Service kube-system\/prometheus-kube-prometheus-kubelet, with its Endpoint/,
        );
        const cleaned = await daily("clean", "--stack", "staging", "--confirm", "staging");
        assert.equal(cleaned.code, 0, output(cleaned));
        assert.ok(!(await look()).some((object) => object.includes(SERVICE.name)));
    });

    /** The cluster's default objects, once all are created: default roles appear one after the other. */
    async function quiet(): Promise<string[]> {
        for (let last = await look(), same = 0; ;) {
            await sleep(2_000);
            const next = await look();
            same = next.join() === last.join() ? same + 1 : 0;
            if (same === 5) {
                return next;
            }
            last = next;
        }
    }

    /** Remaining and missing objects, after the garbage collector has had time to finish. */
    async function settledDifference(before: readonly string[]) {
        for (let attempt = 1; ; attempt += 1) {
            const after = await look();
            const left = after.filter((object) => !before.includes(object));
            const lost = before.filter((object) => !after.includes(object));
            if (left.length + lost.length === 0 || attempt === 15) {
                return { left, lost };
            }
            await sleep(2_000);
        }
    }
});
