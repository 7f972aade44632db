import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GIB, MIB, NONE } from "../../../policy/cost/amounts";
import { scenarioOf, type CostTerms } from "../../../policy/cost/estimate";
import { allocatableOf, reservedOf, type NodeType } from "../../../policy/cost/node";
import { daysTooOld, parsePrices, PricesError } from "../../../policy/cost/prices";
import { PRICES_FILE } from "../../../policy/cost/settings";
import { PROJECT_ROOT } from "../../../project";
import { deployment, groupIn } from "./support";

const TEXT = readFileSync(join(PROJECT_ROOT, PRICES_FILE), "utf8");
const prices = parsePrices(TEXT);

function node(name: string): NodeType & { hourly: number; source: string } {
    const found = prices.nodes.get(name);
    assert.ok(found, name);
    return found;
}

describe("Allocatable resources of a node", () => {
    it("are what EKS leaves: 6 % of the first core and 1 % of the second, 255 MiB and 11 MiB a pod, and the eviction threshold", () => {
        assert.deepEqual(allocatableOf(node("m6i.large")), { cpu: 1930, memory: (8192 - 255 - 11 * 29 - 100) * MIB });
        assert.equal(allocatableOf(node("m6i.xlarge")).cpu, 3920);
    });

    it("are what GKE leaves: a quarter of the first 4 GiB, a fifth of the next, a tenth of 8 more", () => {
        assert.equal(allocatableOf(node("e2-standard-2")).memory, Math.floor(8 * GIB - 1.8 * GIB - 100 * MIB));
        assert.equal(allocatableOf(node("e2-standard-4")).memory, Math.floor(16 * GIB - 2.6 * GIB - 100 * MIB));
    });

    it("are what AKS leaves: at most a quarter of the memory", () => {
        assert.deepEqual(allocatableOf(node("D2s_v5")), { cpu: 1900, memory: 6 * GIB - 100 * MIB });
        assert.deepEqual(reservedOf(node("D4s_v5")), { cpu: 140, memory: 2250e6 + 100 * MIB });
    });

    it("are what a file says by itself, and never negative", () => {
        const own = { ...node("m6i.large"), reserved: { cpu: 500, memory: GIB } };
        assert.deepEqual(allocatableOf(own), { cpu: 1500, memory: 7 * GIB });
        assert.deepEqual(allocatableOf({ ...own, reserved: { cpu: 9000, memory: 99 * GIB } }), NONE);
        assert.deepEqual(allocatableOf({ ...own, reserved: "none" }), { cpu: 2000, memory: 8 * GIB });
    });
});

describe("Cost estimate", () => {
    const terms: CostTerms = { node: node("m6i.large"), zones: 3, others: NONE, prices };
    const pod = `containers:
  - { name: app, resources: { requests: { cpu: "1", memory: 2Gi } } }
volumes:
  - name: data
    ephemeral: { volumeClaimTemplate: { spec: { resources: { requests: { storage: 10Gi } } } } }`;
    const group = groupIn(deployment("web", pod, "replicas: 3\nstrategy: { rollingUpdate: { maxSurge: 0 } }"));
    const demand = { groups: [group], claims: [] };

    it("has nodes at their price for 730 hours, and volumes by size", () => {
        const { nodes, monthly, storageMonthly } = scenarioOf(demand, terms, "most");
        assert.equal(nodes, 3, "1930m take one pod of a core");
        assert.ok(Math.abs(storageMonthly - 3 * 10 * 0.04) < 1e-9);
        assert.ok(Math.abs(monthly - (3 * 0.096 * 730 + 1.2)) < 1e-9);
    });

    it("has requests, what nodes reserve, and the rest apart, which add up to the nodes' price", () => {
        const { used, reserved, idle, capacity } = scenarioOf(demand, terms, "most");
        assert.deepEqual([used.cpu, reserved.cpu, idle.cpu], [3000, 210, 2790]);
        assert.ok(Math.abs(used.monthly + reserved.monthly + idle.monthly - 3 * 0.096 * 730) < 1e-6);
        // A core and 2 GiB: by OpenCost's ratio of prices.
        const weight = (cores: number, gib: number) => cores * 0.031611 + gib * 0.004237;
        assert.ok(Math.abs(used.monthly / capacity.monthly - (3 * weight(1, 2)) / (3 * weight(2, 8))) < 1e-9);
    });

    it("needs nodes for a rollout, whose pods cost nothing of their own", () => {
        const surging = { ...group, extra: () => 1 };
        const { nodes, used } = scenarioOf({ groups: [surging], claims: [] }, terms, "most");
        assert.deepEqual([nodes, used.cpu], [4, 3000]);
    });

    it("leaves room for the pods of others, as reserved", () => {
        const busy = scenarioOf(demand, { ...terms, others: { cpu: 950, memory: 0 } }, "most");
        assert.deepEqual([busy.tooLarge, busy.nodes], [[group], 1]);
        const some = scenarioOf(demand, { ...terms, others: { cpu: 100, memory: MIB } }, "most");
        assert.deepEqual([some.nodes, some.reserved.cpu], [3, 510]);
    });

    it("takes the price of a storage class of its own", () => {
        const named = { ...group, claims: [{ bytes: 10 * GIB, storageClass: "fast" }] };
        const own = { ...terms, prices: { ...prices, storage: new Map([...prices.storage, ["fast", 0.2] as const]) } };
        assert.ok(Math.abs(scenarioOf({ groups: [named], claims: [] }, own, "most").storageMonthly - 6) < 1e-9);
    });
});

describe("Price file", () => {
    it("has currency, day and the source of each node type", () => {
        assert.deepEqual([prices.currency, prices.date], ["USD", "2026-11-28"]);
        assert.ok([...prices.nodes.values()].every(({ source }) => source.length > 10));
    });

    it("is old after the days that it names itself", () => {
        assert.equal(daysTooOld(prices, "2027-05-27"), undefined);
        assert.equal(daysTooOld(prices, "2027-05-28"), 181);
    });

    it("is refused with all that is wrong at once", () => {
        const broken = TEXT.replace("currency: USD", "currency: dollars")
            .replace('date: "2026-11-28"', "date: last year")
            .replace("hourly: 0.096", "hourly: cheap")
            .replace("memory: 16Gi", "memory: much")
            .replace("  default: 0.04", "  fast: 0.04");
        assert.throws(
            () => parsePrices(broken),
            (error: Error) => {
                assert.ok(error instanceof PricesError);
                for (const part of [
                    "currency must be an ISO 4217 code, e.g. USD",
                    "date must be a day like 2026-11-28",
                    'nodes["m6i.large"].hourly must be a number',
                    'nodes["m6i.xlarge"].memory must be a quantity of memory, e.g. 8Gi',
                    "storage.default must be a price for a GiB and month",
                ]) {
                    assert.ok(error.message.includes(part), `${part} is missing in ${error.message}`);
                }
                return true;
            },
        );
        assert.throws(() => parsePrices("currency: [USD"), PricesError);
        assert.throws(() => parsePrices(""), PricesError);
    });
});
