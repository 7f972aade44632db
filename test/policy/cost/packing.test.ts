import assert from "node:assert/strict";
import { GIB } from "../../../policy/cost/amounts";
import { pack, type Load, type Nodes } from "../../../policy/cost/packing";
import { deployment, groupIn } from "./support";

const NODES: Nodes = { allocatable: { cpu: 2000, memory: 8 * GIB }, maxPods: 29, zones: 3 };

/** So many pods with requests and further fields of their specification. */
function load(pods: number, cpu: number, memory = "100Mi", more = "", name = "web"): Load {
    const container = `{ name: app, resources: { requests: { cpu: ${cpu}m, memory: ${memory} } }, ports: [{ containerPort: 80 }] }`;
    return { group: groupIn(deployment(name, `containers:\n  - ${container}\n${more}`)), pods };
}

/** A pod on each node. */
function daemon(cpu: number): Load {
    return { group: { ...load(0, cpu, "100Mi", "", "daemon").group, perNode: true }, pods: 0 };
}

const apart = (key: string, app = "web") => `affinity:
  podAntiAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      - { topologyKey: ${key}, labelSelector: { matchLabels: { app: ${app} } } }`;

describe("Packing of pods on nodes", () => {
    const nodes = (loads: readonly Load[], over: Partial<Nodes> = {}) => pack(loads, { ...NODES, ...over }).nodes;

    it("needs a node more as soon as one pod does not fit, by CPU or by memory", () => {
        assert.equal(nodes([load(4, 500)]), 1);
        assert.equal(nodes([load(5, 500)]), 2);
        assert.equal(nodes([load(3, 10, "3Gi")]), 2);
    });

    it("needs more nodes than the sums say, where pods are large", () => {
        // 3 x 1.1 cores are less than 2 nodes, but no two share one.
        assert.equal(nodes([load(3, 1100)]), 3);
    });

    it("places large pods first, so that small ones fill what is left", () => {
        assert.equal(nodes([load(4, 400, "100Mi", "", "small"), load(2, 1200)]), 2);
    });

    it("reserves room for the pods of each node before any other", () => {
        assert.equal(nodes([load(4, 500), daemon(100)]), 2);
        assert.equal(nodes([daemon(100)]), 1);
    });

    it("keeps to the most pods of a node, those of each node included", () => {
        assert.equal(nodes([load(10, 1)], { maxPods: 5 }), 2);
        assert.equal(nodes([load(10, 1), daemon(1)], { maxPods: 5 }), 3);
    });

    it("keeps pods apart that demand it, by node and by zone", () => {
        assert.equal(nodes([load(4, 1, "1Mi", apart("kubernetes.io/hostname"))]), 4);
        assert.equal(nodes([load(3, 1, "1Mi", apart("topology.kubernetes.io/zone"))]), 3);
        // A label that no node has makes no domain, as in the scheduler.
        assert.equal(nodes([load(3, 1, "1Mi", apart("example.com/rack"))]), 1);
    });

    it("keeps a pod away from one that demands it, too", () => {
        const shy = load(1, 1, "1Mi", apart("kubernetes.io/hostname", "web"), "shy");
        assert.equal(nodes([shy, load(1, 500)]), 2);
        assert.equal(nodes([load(1, 500), { ...shy, pods: 1 }]), 2);
    });

    it("does not let small pods that must be apart find all nodes full", () => {
        // Six pods fill the first of two nodes, largest first; after the two small ones there is room for three on each.
        const small = load(2, 30, "1Mi", apart("kubernetes.io/hostname", "small"), "small");
        assert.equal(nodes([load(6, 500, "1Mi"), small]), 2);
    });

    it("spreads pods that demand it over zones and nodes", () => {
        const spread = (key: string) =>
            `topologySpreadConstraints:\n  - { maxSkew: 1, topologyKey: ${key}, whenUnsatisfiable: DoNotSchedule, labelSelector: { matchLabels: { app: web } } }`;
        // Four pods of 0.9 cores fit on two nodes; with a node in each of three zones there is none without a pod.
        assert.equal(nodes([load(4, 900)]), 2);
        assert.equal(nodes([load(4, 900, "1Mi", spread("topology.kubernetes.io/zone"))], { zones: 2 }), 2);
        const filled = pack(
            [load(6, 100, "1Mi", spread("kubernetes.io/hostname")), load(2, 1500, "1Mi", "", "large")],
            NODES,
        );
        assert.deepEqual(
            filled.used.map(({ cpu }) => cpu),
            [1800, 1800],
        );
        const soft = spread("kubernetes.io/hostname").replace("DoNotSchedule", "ScheduleAnyway");
        const first = pack([load(4, 100, "1Mi", soft), load(2, 1500, "1Mi", "", "large")], NODES);
        assert.deepEqual(
            first.used.map(({ cpu }) => cpu),
            [1900, 1500],
            "a preference is no demand",
        );
    });

    it("gives a port of a node to one pod", () => {
        const { group } = load(0, 1, "1Mi", "hostNetwork: true");
        assert.equal(nodes([{ group, pods: 3 }]), 3);
    });

    it("names pods that fit on no node, and places the others", () => {
        const large = load(2, 2500, "1Gi", "", "large");
        const { nodes: count, tooLarge } = pack([large, load(2, 500)], NODES);
        assert.deepEqual([count, tooLarge.map(({ object }) => object)], [1, ["Deployment shop/large"]]);
        // 1950m fit on an empty node, but not beside the pods that each node has.
        assert.equal(pack([load(1, 1950), daemon(100)], NODES).tooLarge.length, 1);
    });
});
