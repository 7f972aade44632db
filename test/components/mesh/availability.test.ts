import assert from "node:assert/strict";
import { deploymentAnnotations, ignoredFields } from "../../../components/mesh/deployment";
import type { MeshAppArgs, MeshLive } from "../../../components/mesh";
import { spireSettings } from "../../support/spireSettings";
import { at, only } from "../../support/program";
import { deploymentSpec, meshRun, objectName, ofKind, run, STACKS } from "../../support/mesh";
import { EVERYTHING_OFF, EVERYTHING_ON } from "../../support/meshVariants";

/** A metric of an autoscaler: average use in percent of the requests. */
const metric = (name: string, averageUtilization: number) => ({
    type: "Resource",
    resource: { name, target: { type: "Utilization", averageUtilization } },
});

/** Arguments of the component with these settings. */
function meshArgs(mesh: Record<string, unknown>): MeshAppArgs {
    const { environment, spire, mesh: settings } = spireSettings({}, mesh);
    return { environment, spire, settings };
}

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

    it("starts a new stack with its minimum count, and controls the live count from then on", async () => {
        assert.equal(at(deploymentSpec(await run("prod")), "replicas"), 5);
        assert.deepEqual(ignoredFields(meshArgs({ autoscaling: { enabled: true } })), ["spec.replicas"]);
        assert.deepEqual(ignoredFields(meshArgs({ autoscaling: { enabled: false } })), []);
    });

    it("leaves the count of an earlier autoscaler to the setting by force, and only then", () => {
        const args = meshArgs({});
        const force = (live: MeshLive) => deploymentAnnotations({ ...args, live })["pulumi.com/patchForce"];
        assert.equal(force({ takeReplicas: true }), "true");
        assert.equal(force({ takeReplicas: false }), undefined);
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

    it("does not block a drain: it requires fewer pods than the stack's minimum", async () => {
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

describe("Mesh rollout", () => {
    const strategy = async (accessMode: string) =>
        at(
            deploymentSpec(
                await meshRun({
                    replicas: 1,
                    disruptionBudget: { enabled: false },
                    data: { type: "existingClaim", claimName: "shared", accessMode },
                }),
            ),
            "strategy",
            "rollingUpdate",
        );

    it("starts a new pod before an old one ends", async () => {
        for (const stack of STACKS) {
            assert.deepEqual(at(deploymentSpec(await run(stack)), "strategy", "rollingUpdate"), {
                maxSurge: 1,
                maxUnavailable: 0,
            });
        }
        assert.deepEqual(await strategy("ReadWriteMany"), { maxSurge: 1, maxUnavailable: 0 });
    });

    for (const mode of ["ReadWriteOnce", "ReadWriteOncePod"]) {
        it(`ends the old pod first where it holds a ${mode} claim, which the new one waits for`, async () => {
            assert.deepEqual(await strategy(mode), { maxSurge: 0, maxUnavailable: 1 });
        });
    }
});
