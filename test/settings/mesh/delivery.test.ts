import assert from "node:assert/strict";
import { actualWeight, canaryPods, defaultWeights, isWhole, wholeWeights } from "../../../settings/mesh/canaryPods";
import { mesh, messageOf, parse } from "../../support/parseSettings";

/** Settings of a canary. */
const canary = (more: Record<string, unknown> = {}, others: Record<string, unknown> = {}) => ({
    ...others,
    delivery: { type: "canary", ...more },
});

describe("mesh.delivery", () => {
    it("rolls by default", () => {
        assert.deepEqual(parse().mesh.delivery, { type: "rolling" });
    });

    it("takes a canary without further settings", () => {
        const { delivery } = parse({ mesh: canary() }).mesh;
        assert.ok(delivery.type === "canary");
        assert.equal(delivery.onFailure, "abort");
        assert.equal(delivery.analysis.enabled, true);
        assert.equal(delivery.controller.type, "install");
    });

    it("takes blue/green without further settings, and judges it as a canary", () => {
        const { delivery } = parse({ mesh: { delivery: { type: "blueGreen" } } }).mesh;
        assert.ok(delivery.type === "blueGreen");
        assert.equal(delivery.autoPromotion, true);
        assert.equal(delivery.scaleDownDelaySeconds, 600);
        const taken = parse({ mesh: canary() }).mesh.delivery;
        assert.ok(taken.type === "canary");
        assert.deepEqual(delivery.analysis, taken.analysis);
        assert.deepEqual(delivery.controller, taken.controller);
    });

    it("takes every weight that whole pods make, for each number of pods", () => {
        for (let replicas = 1; replicas <= 20; replicas++) {
            const steps = wholeWeights(replicas).map((weight) => ({ weight }));
            assert.doesNotThrow(() =>
                parse({ mesh: canary({ steps }, { replicas, disruptionBudget: { enabled: false } }) }),
            );
        }
    });

    const refused: [string, unknown, RegExp][] = [
        ["an unknown type", { delivery: { type: "recreate" } }, /an object with type rolling, canary or blueGreen/],
        ...["http://prometheus:0", "http://prometheus:65536", "http://prometheus/?q=1", "http://-a"].map(
            (prometheus): [string, unknown, RegExp] => [
                `the address ${prometheus}`,
                { delivery: { type: "canary", analysis: { prometheus } } },
                /mesh\.delivery\.analysis\.prometheus = .*\n +must be: an? .*URL/,
            ],
        ),
        [
            "steps of a canary for blue/green",
            { delivery: { type: "blueGreen", steps: [{ weight: 50 }] } },
            /mesh\.delivery\.steps = a list of 1 entry/,
        ],
        [
            "blue/green with a volume that one node alone mounts",
            {
                delivery: { type: "blueGreen" },
                data: { type: "existingClaim", claimName: "data", accessMode: "ReadWriteOnce" },
            },
            /must be: ReadWriteMany while mesh\.delivery\.type is blueGreen/,
        ],
        [
            "steps of a rolling update",
            { delivery: { type: "rolling", steps: [{ weight: 50 }] } },
            /mesh\.delivery\.steps = a list of 1 entry[^]*config rm --stack staging --path mesh\.delivery\.steps/,
        ],
        [
            "a weight that the pods do not make",
            canary({ steps: [{ weight: 20 }] }, { replicas: 2 }),
            /steps\[0\]\.weight = 20\n +must be: a share that whole pods make: with mesh\.replicas 2 it would be 33 %[^]*50/,
        ],
        [
            "a weight that the autoscaler's minimum does not make",
            canary({ steps: [{ weight: 10 }] }, { autoscaling: { enabled: true, minReplicas: 4 } }),
            /with mesh\.autoscaling\.minReplicas 4 it would be 20 %; possible are e\.g\. 25, 50, 75/,
        ],
        [
            "weights that do not rise",
            canary({ steps: [{ weight: 50 }, { weight: 50 }] }),
            /steps\[1\]\.weight = 50\n +must be: above the weight of the step before \(50\)/,
        ],
        [
            "a weight of everything",
            canary({ steps: [{ weight: 100 }] }),
            /steps\[0\]\.weight = 100\n +must be: at most 99/,
        ],
        ["no steps", canary({ steps: [] }), /at least one step, or unset/],
        [
            "a pause that ends before it is measured",
            canary({ steps: [{ weight: 50, pauseSeconds: 60 }] }),
            /pauseSeconds = 60\n +must be: at least 300: mesh\.delivery\.analysis takes 5 measurements, one every 1m/,
        ],
        [
            "a pause and an approval",
            canary({ steps: [{ weight: 50, pauseSeconds: 600, approval: true }] }),
            /approval = true\n +must be: false where pauseSeconds is set/,
        ],
        [
            "a deadline that ends before the startup probe does",
            canary({ deadlineSeconds: 300 }),
            /delivery\.deadlineSeconds = 300\n +must be: above 305/,
        ],
        [
            "a volume that only one pod can mount",
            canary(
                {},
                {
                    replicas: 1,
                    disruptionBudget: { enabled: false },
                    data: { type: "existingClaim", claimName: "c", accessMode: "ReadWriteOnce" },
                },
            ),
            /accessMode = "ReadWriteOnce"\n +must be: ReadWriteMany while mesh\.delivery\.type is canary/,
        ],
        [
            "a controller of an unknown kind",
            canary({ controller: { type: "helm" } }),
            /an object with type install or existing/,
        ],
    ];
    for (const [what, settings, message] of refused) {
        it(`refuses ${what}`, () => {
            assert.match(mesh(settings), message);
        });
    }

    it("refuses an analysis without a Prometheus, and says how to do without", () => {
        const message = messageOf({ mesh: canary(), monitoring: { enabled: false } });
        assert.match(
            message,
            /analysis\.prometheus \(not set\)\n +must be: the address of your Prometheus, since monitoring\.enabled is false/,
        );
        for (const analysis of [{ enabled: false }, { prometheus: "http://prometheus.example:9090" }]) {
            assert.doesNotThrow(() => parse({ mesh: canary({ analysis }), monitoring: { enabled: false } }));
        }
    });

    it("refuses an analysis without a startup probe, whose failures would count", () => {
        const probes = { startup: { enabled: false } };
        assert.match(mesh(canary({}, { probes })), /probes\.startup\.enabled = false\n +must be: true while/);
        assert.doesNotThrow(() => parse({ mesh: canary({ analysis: { enabled: false } }, { probes }) }));
    });

    it("reports every fault at once", () => {
        const message = mesh(canary({ steps: [{ weight: 20 }, { weight: 10 }], deadlineSeconds: 10 }));
        assert.match(message, /^4 invalid settings/);
    });
});

describe("Pods of a canary", () => {
    // From TestCalculateReplicaCountsForCanary and the examples in utils/replicaset/canary.go of Argo Rollouts.
    const cases: [replicas: number, weight: number, canary: number, stable: number][] = [
        [10, 10, 1, 9],
        [10, 5, 1, 10],
        [1, 5, 1, 1],
        [1, 95, 1, 1],
        [2, 50, 1, 1],
        [2, 33, 1, 2],
        [5, 20, 1, 4],
        [5, 60, 3, 2],
        [3, 67, 2, 1],
    ];
    for (const [replicas, weight, canaries, stable] of cases) {
        it(`at ${weight} % of ${replicas} are ${canaries} new and ${stable} old`, () => {
            assert.deepEqual(canaryPods(replicas, weight), { canary: canaries, stable });
        });
    }

    it("never are none of either version", () => {
        for (let replicas = 1; replicas <= 30; replicas++) {
            for (let weight = 1; weight <= 99; weight++) {
                const pods = canaryPods(replicas, weight);
                assert.ok(pods.canary >= 1 && pods.stable >= 1, `${replicas} at ${weight} %: ${JSON.stringify(pods)}`);
                assert.ok(pods.canary + pods.stable <= replicas + 1);
            }
        }
    });

    it("differ from a weight that is not whole", () => {
        assert.equal(isWhole(2, 20), false);
        assert.ok(Math.abs(actualWeight(2, 20) - 33.3) < 0.1);
        assert.equal(isWhole(3, 33), true);
    });

    it("are one, then half, by default", () => {
        assert.deepEqual([1, 2, 3, 5, 10].map(defaultWeights), [[50], [50], [33, 67], [20, 60], [10, 50]]);
    });
});
