import assert from "node:assert/strict";
import { at } from "../../support/program";
import { meshRun, podSpec, run, STACKS } from "../../support/mesh";
import { EVERYTHING_OFF } from "../../support/meshVariants";

/** Selector of the mesh's own pods. */
const own = (stack: string) => ({
    matchLabels: { "app.kubernetes.io/name": "x0tta6bl4", environment: stack === "prod" ? "production" : "staging" },
});

/** Pod spec of staging with scheduling settings. */
const scheduled = async (scheduling: Record<string, unknown>) => podSpec(await meshRun({ scheduling }));

const IN_ZONE_A = { key: "zone", operator: "In", values: ["a"] };
const HAS_DISK = { key: "disk", operator: "Exists" };

describe("Mesh scheduling", () => {
    for (const stack of STACKS) {
        it(`prefers different nodes in ${stack}`, async () => {
            const term = { labelSelector: own(stack), topologyKey: "kubernetes.io/hostname" };
            assert.deepEqual(at(podSpec(await run(stack)), "affinity"), {
                podAntiAffinity: {
                    preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term }],
                },
            });
        });

        it(`tolerates no taint and has no priority class in ${stack}`, async () => {
            const spec = podSpec(await run(stack));
            assert.equal(at(spec, "tolerations"), undefined);
            assert.equal(at(spec, "priorityClassName"), undefined);
            assert.equal(at(spec, "nodeSelector"), undefined);
        });
    }

    it("can require different nodes", async () => {
        assert.deepEqual(at(await scheduled({ antiAffinity: "required" }), "affinity"), {
            podAntiAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: [
                    { labelSelector: own("staging"), topologyKey: "kubernetes.io/hostname" },
                ],
            },
        });
    });

    it("can do without anti-affinity", async () => {
        assert.equal(at(podSpec(await run("staging", EVERYTHING_OFF)), "affinity"), undefined);
    });

    it("requires node labels, all of one term", async () => {
        const spec = await scheduled({ nodeAffinity: { required: [IN_ZONE_A, HAS_DISK] } });
        assert.deepEqual(
            at(spec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"),
            [{ matchExpressions: [IN_ZONE_A, HAS_DISK] }],
        );
    });

    it("prefers node labels, each by itself, without requiring any", async () => {
        const spec = await scheduled({ nodeAffinity: { preferred: [IN_ZONE_A, HAS_DISK] } });
        assert.deepEqual(at(spec, "affinity", "nodeAffinity"), {
            preferredDuringSchedulingIgnoredDuringExecution: [
                { weight: 100, preference: { matchExpressions: [IN_ZONE_A] } },
                { weight: 100, preference: { matchExpressions: [HAS_DISK] } },
            ],
        });
    });

    it("keeps anti-affinity in combination with node affinity", async () => {
        const spec = await scheduled({ nodeAffinity: { required: [HAS_DISK] } });
        assert.notEqual(at(spec, "affinity", "podAntiAffinity"), undefined);
    });

    it("spreads over nothing in staging", async () => {
        assert.equal(at(podSpec(await run("staging")), "topologySpreadConstraints"), undefined);
    });

    it("spreads over zones and nodes in prod, where it can", async () => {
        const common = { maxSkew: 1, whenUnsatisfiable: "ScheduleAnyway", labelSelector: own("prod") };
        assert.deepEqual(at(podSpec(await run("prod")), "topologySpreadConstraints"), [
            { topologyKey: "topology.kubernetes.io/zone", ...common },
            { topologyKey: "kubernetes.io/hostname", ...common },
        ]);
    });

    it("spreads as the settings say", async () => {
        const constraint = { topologyKey: "rack", maxSkew: 2, whenUnsatisfiable: "DoNotSchedule" };
        const spec = await scheduled({ topologySpread: [constraint] });
        assert.deepEqual(at(spec, "topologySpreadConstraints"), [{ ...constraint, labelSelector: own("staging") }]);
    });

    it("tolerates the taints of the settings", async () => {
        const evicted = { key: "slow", operator: "Equal", value: "yes", effect: "NoExecute", tolerationSeconds: 60 };
        const tolerations = [{ operator: "Exists" }, evicted];
        assert.deepEqual(at(await scheduled({ tolerations }), "tolerations"), tolerations);
    });

    it("has the priority class of the settings", async () => {
        const spec = await scheduled({ priorityClassName: "system-cluster-critical" });
        assert.equal(at(spec, "priorityClassName"), "system-cluster-critical");
    });
});
