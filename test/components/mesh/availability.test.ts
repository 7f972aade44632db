import assert from "node:assert/strict";
import { at, only } from "../../support/program";
import { deploymentSpec, meshRun, objectName, ofKind, record, run, STACKS } from "../../support/mesh";
import { EVERYTHING_OFF, EVERYTHING_ON } from "../../support/meshVariants";

/** A metric of an autoscaler: average use in percent of the requests. */
const metric = (name: string, averageUtilization: number) => ({
    type: "Resource",
    resource: { name, target: { type: "Utilization", averageUtilization } },
});

const HPA = "HorizontalPodAutoscaler";
const PDB = "PodDisruptionBudget";

describe("Mesh autoscaler", () => {
    it("is off in staging", async () => {
        assert.deepEqual(ofKind(await run("staging"), HPA), []);
    });

    it("holds prod between 5 and 10 pods at 80 % of CPU and memory", async () => {
        assert.deepEqual(only(await run("prod"), HPA).inputs.spec, {
            scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "prod-x0tta6bl4" },
            minReplicas: 5,
            maxReplicas: 10,
            metrics: [metric("cpu", 80), metric("memory", 80)],
        });
    });

    it("goes from 2 to 10 pods when it is just turned on", async () => {
        const { spec } = only(await meshRun({ autoscaling: { enabled: true } }), HPA).inputs;
        assert.equal(at(spec, "minReplicas"), 2);
        assert.equal(at(spec, "maxReplicas"), 10);
    });

    it("takes bounds and targets from the settings", async () => {
        const { spec } = only(await run("staging", EVERYTHING_ON), HPA).inputs;
        assert.equal(at(spec, "minReplicas"), 4);
        assert.equal(at(spec, "maxReplicas"), 7);
        assert.deepEqual(at(spec, "metrics"), [metric("cpu", 61), metric("memory", 62)]);
    });

    it("owns the replica count: the Deployment sends none while it is on", async () => {
        for (const result of [await run("prod"), await meshRun({ autoscaling: { enabled: true }, replicas: 3 })]) {
            assert.ok(!("replicas" in record(deploymentSpec(result))));
        }
    });

    it("leaves the count to the setting when it is turned off in prod", async () => {
        const result = await meshRun({ autoscaling: { enabled: false } }, "prod");
        assert.deepEqual(ofKind(result, HPA), []);
        assert.equal(at(deploymentSpec(result), "replicas"), 5);
    });

    it("has the name of the Deployment that it scales", async () => {
        const result = await run("prod");
        assert.equal(objectName(only(result, HPA)), objectName(only(result, "Deployment")));
    });
});

describe("Mesh disruption budget", () => {
    for (const [stack, minAvailable] of [
        ["staging", 1],
        ["prod", 3],
    ] as const) {
        it(`keeps ${minAvailable} of the pods of ${stack} running`, async () => {
            const { spec } = only(await run(stack), PDB).inputs;
            assert.equal(at(spec, "minAvailable"), minAvailable);
            assert.equal(at(spec, "maxUnavailable"), undefined);
            assert.equal(at(spec, "unhealthyPodEvictionPolicy"), "IfHealthyBudget");
        });
    }

    it("takes count and eviction policy from the settings", async () => {
        const { spec } = only(await run("staging", EVERYTHING_ON), PDB).inputs;
        assert.equal(at(spec, "minAvailable"), 2);
        assert.equal(at(spec, "unhealthyPodEvictionPolicy"), "AlwaysAllow");
    });

    it("can be left out", async () => {
        assert.deepEqual(ofKind(await run("staging", EVERYTHING_OFF), PDB), []);
    });

    it("lets a drain go on: fewer pods than the stack runs at least", async () => {
        for (const stack of STACKS) {
            const result = await run(stack);
            const [autoscaler] = ofKind(result, HPA);
            const pods = Number(
                at(autoscaler?.inputs, "spec", "minReplicas") ?? at(deploymentSpec(result), "replicas"),
            );
            assert.ok(Number(at(only(result, PDB).inputs, "spec", "minAvailable")) < pods, stack);
        }
    });
});
