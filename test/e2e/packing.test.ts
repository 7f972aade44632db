import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { CoreV1Api, V1Node, V1Pod } from "@kubernetes/client-node";
import { startCluster } from "../../local/controlPlane";
import { CLUSTER_TOOLS } from "../../local/controlPlane/kwokctl";
import { allocatableOf } from "../../policy/cost/node";
import { type Load, pack } from "../../policy/cost/packing";
import { HOSTNAME, ZONE } from "../../policy/cost/placement";
import { readPrices } from "../../cost/prices";
import { demandOf } from "../../cost/stack";
import { PROJECT_ROOT } from "../../project";
import { ensureTools } from "../../tools";
import { goldenPlan } from "../cost/support";
import { paths, progress, removeAll } from "./support/embedded";
import { clients } from "./support/objects";

/** Label and taint of the nodes of a round: nothing else is scheduled there. */
const ROUND = "packing.test/round";

const NAMESPACE = "packing";

/** Zones of the nodes, in turn. */
const ZONES = 3;

/** Longest wait for the scheduler (ms). */
const DEADLINE_MS = 60_000;

describe("Nodes that a stack needs, beside the real scheduler", () => {
    let core: CoreV1Api;
    const type = readPrices(PROJECT_ROOT).nodes.get("m6i.large") ?? assert.fail();
    const allocatable = allocatableOf(type);
    let loads: readonly Load[] = [];

    before(async () => {
        await removeAll();
        const tools = await ensureTools(CLUSTER_TOOLS, progress);
        core = clients(await startCluster(tools, progress, paths)).core;
        await core.createNamespace({ body: { metadata: { name: NAMESPACE } } });
        const { groups } = await demandOf(goldenPlan("prod"), "prod");
        loads = groups.map((group) => ({ group, pods: group.pods.most + group.extra(group.pods.most) }));
    });

    after(removeAll);

    function node(round: string, index: number): V1Node {
        const name = `${round}-${index}`;
        const size = { cpu: `${allocatable.cpu}m`, memory: `${allocatable.memory}`, pods: `${type.maxPods}` };
        return {
            metadata: {
                name,
                annotations: { "kwok.x-k8s.io/node": "fake" },
                labels: { [HOSTNAME]: name, [ZONE]: `zone-${index % ZONES}`, [ROUND]: round },
            },
            spec: { taints: [{ key: ROUND, value: round, effect: "NoSchedule" }] },
            status: { allocatable: size, capacity: size },
        };
    }

    /** A pod with the requests and the demands of a group; on one node where the group has one on each. */
    function pod(round: string, name: string, { group }: Load, onNode?: string): V1Pod {
        const requests = { cpu: `${group.requests.cpu}m`, memory: `${group.requests.memory}` };
        const terms = group.placement.antiAffinity.map(({ selector, topologyKey }) => ({
            labelSelector: {
                matchLabels: Object.fromEntries(selector.labels),
                matchExpressions: selector.requirements.map(({ key, operator, values }) => ({
                    key,
                    operator,
                    values: [...values],
                })),
            },
            topologyKey,
        }));
        return {
            metadata: { name: `${round}-${name}`, namespace: NAMESPACE, labels: Object.fromEntries(group.labels) },
            spec: {
                containers: [{ name: "app", image: "app:1", resources: { requests } }],
                affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } },
                nodeSelector: { [ROUND]: round, ...(onNode === undefined ? {} : { [HOSTNAME]: onNode }) },
                tolerations: [{ key: ROUND, operator: "Exists" }],
                terminationGracePeriodSeconds: 0,
            },
        };
    }

    /** How many pods the scheduler leaves without a node, when it has so many. */
    async function unscheduled(count: number): Promise<number> {
        const round = `nodes-${count}`;
        const nodes = Array.from({ length: count }, (_, index) => node(round, index));
        for (const body of nodes) {
            await core.createNode({ body });
        }
        const bodies = loads.flatMap((load, index) =>
            load.group.perNode
                ? nodes.map(({ metadata }) => pod(round, `${index}-${metadata?.name ?? ""}`, load, metadata?.name))
                : Array.from({ length: load.pods }, (_, number) => pod(round, `${index}-${number}`, load)),
        );
        for (const body of bodies) {
            await created(body);
        }
        const mine = async () => {
            const { items } = await core.listNamespacedPod({ namespace: NAMESPACE });
            return items.filter(({ metadata }) => metadata?.name?.startsWith(`${round}-`));
        };
        // Each pod has a node, or the scheduler has said why not.
        const isDecided = ({ spec, status }: V1Pod) =>
            spec?.nodeName !== undefined ||
            (status?.conditions ?? []).some(
                ({ type: name, reason }) => name === "PodScheduled" && reason === "Unschedulable",
            );
        const deadline = Date.now() + DEADLINE_MS;
        let pods = await mine();
        while (!(pods.length === bodies.length && pods.every(isDecided))) {
            assert.ok(Date.now() < deadline, "the scheduler has not looked at every pod");
            await sleep(500);
            pods = await mine();
        }
        return pods.filter(({ spec }) => spec?.nodeName === undefined).length;
    }

    /** Creates a pod as soon as its namespace has the service account that every pod needs. */
    async function created(body: V1Pod): Promise<void> {
        for (let attempt = 0; ; attempt += 1) {
            try {
                await core.createNamespacedPod({ namespace: NAMESPACE, body });
                return;
            } catch (error) {
                if (attempt > 60 || !String(error).includes("serviceaccount")) {
                    throw error;
                }
                await sleep(500);
            }
        }
    }

    it("are enough for it, and one less is not, for prod at the maximum of its autoscaler during a rollout", async () => {
        const { nodes } = pack(loads, { allocatable, maxPods: type.maxPods, zones: ZONES });
        assert.equal(await unscheduled(nodes), 0, `${nodes} nodes`);
        assert.ok((await unscheduled(nodes - 1)) > 0, `${nodes - 1} nodes`);
    });
});
