import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareCosts } from "../../cost/compare";
import type { StackCost } from "../../cost/cost";
import { readPrices, termsOf } from "../../cost/prices";
import { demandOf } from "../../cost/stack";
import type { Planned } from "../../engine/changes";
import { CannotRun } from "../../errors";
import { PROJECT_ROOT } from "../../project";
import { schemas } from "../../settings/schema";
import { costFor, goldenPlan, planned, projectText } from "./support";

/** The resources with one value changed: at a path of the objects of a kind. */
function changed(resources: readonly Planned[], kind: string, path: readonly string[], value: unknown): Planned[] {
    const put = (holder: unknown, [key = "", ...rest]: readonly string[]): unknown => {
        if (Array.isArray(holder)) {
            return holder.map((item: unknown, index) => (String(index) === key ? put(item, rest) : item));
        }
        const object = holder as Record<string, unknown>;
        return { ...object, [key]: rest.length === 0 ? value : put(object[key], rest) };
    };
    return resources.map((resource) => {
        const hit = resource.type.endsWith(`:${kind}`);
        return hit ? { ...resource, inputs: put(resource.inputs, path) as Planned["inputs"] } : resource;
    });
}

describe("Cost of a stack", () => {
    let prod: StackCost;
    before(async () => {
        prod = await costFor(goldenPlan("prod"));
    });

    it("has each object with the component that makes it, at the minimum and the maximum of its autoscaler", () => {
        const mesh = prod.objects.find(({ object }) => object === "Deployment x0tta6bl4-production/prod-x0tta6bl4");
        assert.equal(mesh?.component, "mesh");
        assert.deepEqual(mesh.pods, { minimum: 5, maximum: 10 });
        assert.ok(mesh.monthly.maximum > mesh.monthly.minimum * 1.9);
        assert.deepEqual(
            prod.objects.map(({ component, object }) => `${component} ${object.split(" ")[0] ?? ""}`),
            ["mesh Deployment", "spire StatefulSet", "spire DaemonSet", "spire DaemonSet"],
        );
    });

    it("adds up: requests of the objects are what the scenario calls used, and the parts are the total", () => {
        for (const bound of ["minimum", "maximum"] as const) {
            const { used, reserved, idle, storageMonthly, monthly, nodes } = prod.scenarios[bound];
            const ofObjects = prod.objects.reduce((sum, object) => sum + object.monthly[bound], 0);
            assert.ok(Math.abs(ofObjects - used.monthly - storageMonthly) < 1e-6);
            assert.ok(Math.abs(used.monthly + reserved.monthly + idle.monthly + storageMonthly - monthly) < 1e-6);
            assert.ok(Math.abs(monthly - storageMonthly - nodes * 0.096 * 730) < 1e-6);
        }
    });

    it("needs at least the nodes that the SPIRE servers of prod demand, which keep apart", () => {
        assert.equal(prod.scenarios.minimum.nodes, 3);
        assert.ok(prod.scenarios.maximum.nodes > 3);
    });

    it("says when the prices are old, and which demands it does not know", async () => {
        assert.deepEqual(prod.notes, []);
        const old = await costFor(goldenPlan("staging"), {}, { today: "2027-12-01" });
        assert.match(old.notes[0] ?? "", /^The prices are 368 days old, and cost\/prices\.yaml allows 180: check them/);
        const pod = ["spec", "template", "spec", "nodeSelector"];
        const { notes } = await costFor(changed(goldenPlan("staging"), "Deployment", pod, { disk: "ssd" }));
        assert.deepEqual(notes, [
            "Deployment x0tta6bl4-staging/staging-x0tta6bl4: nodeSelector is not taken into account, since it depends on the labels of your nodes.",
        ]);
    });

    it("names the node type that the price file lacks, with the command that sets another", () => {
        const settings = schemas.cost.parse({ node: { type: "m9.huge" } });
        assert.throws(
            () => termsOf("prod", settings, readPrices(PROJECT_ROOT)),
            (error: unknown) => {
                assert.ok(error instanceof CannotRun);
                assert.match(
                    error.message,
                    /^cost\.node\.type: m9\.huge is not in cost\/prices\.yaml, which has m6i\.large, /,
                );
                assert.equal(error.fix, "pulumi config set --stack prod --path cost.node.type m6i.large");
                return true;
            },
        );
    });

    it("refuses a price file that is missing or wrong, with its faults", () => {
        const folder = mkdtempSync(join(tmpdir(), "x0tta6bl4-prices-"));
        try {
            assert.throws(() => readPrices(folder), /cost\/prices\.yaml is missing/);
            mkdirSync(join(folder, "cost"));
            writeFileSync(join(folder, "cost", "prices.yaml"), projectText("cost", "prices.yaml").replace("USD", "$"));
            assert.throws(() => readPrices(folder), /cost\/prices\.yaml: currency must be an ISO 4217 code/);
        } finally {
            rmSync(folder, { recursive: true });
        }
    });

    it("refuses a chart that cannot be rendered, since its pods would be missing", async () => {
        const release = planned("kubernetes:helm.sh/v3:Release", "web", {
            chart: "/nowhere/chart.tgz",
            namespace: "shop",
        });
        await assert.rejects(
            demandOf([release], "staging"),
            /Release shop\/web: its chart cannot be rendered, so its pods/,
        );
    });
});

describe("Comparison of two versions' cost", () => {
    const container = ["spec", "template", "spec", "containers", "0", "resources", "requests"];
    const settings = (memory: string) => ({ mesh: { resources: { requests: { memory } } } });
    const same = { before: settings("64Mi"), after: settings("64Mi") };

    it("is nothing where neither requests nor prices change, whatever else does", async () => {
        const before = goldenPlan("staging");
        const after = changed(before, "Deployment", ["metadata", "labels"], { other: "label" });
        const changes = { before: settings("64Mi"), after: { ...settings("64Mi"), mesh: { logLevel: "INFO" } } };
        assert.equal(compareCosts(await costFor(before), await costFor(after), changes), undefined);
    });

    it("has what each object asked for and asks for, the settings, and the difference", async () => {
        const before = goldenPlan("staging");
        const after = changed(before, "Deployment", [...container, "memory"], "5Gi");
        const change = compareCosts(await costFor(before), await costFor(after), {
            before: settings("64Mi"),
            after: settings("5Gi"),
        });
        assert.deepEqual(change?.objects, [
            {
                path: "Deployment x0tta6bl4-staging/staging-x0tta6bl4",
                before: "2 pods, each: CPU 60m, memory 96Mi, 100Mi of volumes",
                after: "2 pods, each: CPU 60m, memory 5.03Gi, 100Mi of volumes",
            },
        ]);
        assert.deepEqual(change.settings, [{ path: "mesh.resources.requests.memory", before: "64Mi", after: "5Gi" }]);
        const { before: old, after: wanted } = change.figures.maximum;
        assert.deepEqual([old.nodes, wanted.nodes], [1, 3]);
        assert.ok(Math.abs(wanted.monthly - old.monthly - 2 * 0.096 * 730) < 1e-6);
    });

    it("shows a change of requests that moves no node, and a node type that moves only the price", async () => {
        const before = goldenPlan("staging");
        const small = compareCosts(
            await costFor(before),
            await costFor(changed(before, "Deployment", [...container, "cpu"], "60m")),
            same,
        );
        assert.equal(small?.figures.maximum.before.monthly, small?.figures.maximum.after.monthly);
        assert.ok((small?.figures.maximum.after.requested ?? 0) > (small?.figures.maximum.before.requested ?? 0));
        const node = compareCosts(await costFor(before), await costFor(before, { node: { type: "m7g.large" } }), same);
        assert.deepEqual([node?.node, node?.objects], [{ before: "m6i.large", after: "m7g.large" }, []]);
    });
});
