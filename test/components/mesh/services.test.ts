import assert from "node:assert/strict";
import { at, only, type ProgramRun, type Registered } from "../../support/program";
import { configData, container, list, meshRun, objectName, ofKind, run, STACKS } from "../../support/mesh";
import { EVERYTHING_OFF, EVERYTHING_ON, VARIANTS } from "../../support/meshVariants";

const MAIN = "mesh-service";
const METRICS = "mesh-metrics-service";
const HEADLESS = "mesh-headless-service";

/** Ports of a Service as [name, port, targetPort]. */
function ports(result: ProgramRun, name: string): unknown[] {
    return list(at(only(result, "Service", name).inputs, "spec", "ports")).map((port) => [
        at(port, "name"),
        at(port, "port"),
        at(port, "targetPort"),
    ]);
}

/** Services that a ServiceMonitor would find. */
function scraped(result: ProgramRun): Registered[] {
    return ofKind(result, "Service").filter(
        ({ inputs }) => at(inputs, "metadata", "labels", "x0tta6bl4.mesh/scrape") === "true",
    );
}

describe("Mesh Services", () => {
    for (const [stack, name] of [
        ["staging", "staging-x0tta6bl4"],
        ["prod", "prod-x0tta6bl4"],
    ] as const) {
        it(`are ${name} for http and mesh and ${name}-metrics for metrics`, async () => {
            const result = await run(stack);
            assert.equal(objectName(only(result, "Service", MAIN)), name);
            assert.deepEqual(ports(result, MAIN), [
                ["http", 8000, 8000],
                ["mesh", 7946, 7946],
            ]);
            assert.equal(objectName(only(result, "Service", METRICS)), `${name}-metrics`);
            assert.deepEqual(ports(result, METRICS), [["metrics", 9090, 9090]]);
            assert.equal(ofKind(result, "Service").length, 2);
        });

        it(`are reachable inside the cluster of ${stack} only`, async () => {
            for (const { inputs } of ofKind(await run(stack), "Service")) {
                assert.equal(at(inputs, "spec", "type"), "ClusterIP");
            }
        });

        it(`tell Prometheus to scrape the metrics Service of ${stack} and no other`, async () => {
            assert.deepEqual(
                scraped(await run(stack)).map((service) => service.name),
                [METRICS],
            );
        });
    }

    for (const stack of STACKS) {
        for (const [variant, overrides] of Object.entries(VARIANTS)) {
            it(`lead only to ports that the container declares: ${stack} with ${variant}`, async () => {
                const result = await run(stack, overrides);
                const open = list(at(container(result), "ports")).map((port) => at(port, "containerPort"));
                for (const service of ofKind(result, "Service")) {
                    for (const port of list(at(service.inputs, "spec", "ports"))) {
                        assert.ok(open.includes(at(port, "targetPort")), `${service.name}: ${JSON.stringify(port)}`);
                    }
                }
            });
        }
    }

    it("follow the ports of the settings", async () => {
        const result = await run("staging", EVERYTHING_ON);
        assert.deepEqual(ports(result, MAIN), [
            ["http", 8100, 8100],
            ["mesh", 7100, 7100],
        ]);
        assert.deepEqual(ports(result, METRICS), [["metrics", 9100, 9100]]);
    });

    it("lead to the http port for metrics when the app serves both there", async () => {
        const result = await meshRun({ ports: { metrics: 8000 } });
        assert.deepEqual(ports(result, METRICS), [["metrics", 8000, 8000]]);
        assert.deepEqual(
            scraped(result).map(({ name }) => name),
            [METRICS],
        );
        assert.equal(configData(result).METRICS_PORT, "8000");
    });

    it("are not scraped if metrics are disabled", async () => {
        assert.deepEqual(
            scraped(await run("staging", EVERYTHING_OFF)).map(({ name }) => name),
            [],
        );
    });

    it("carry the annotations of the settings on the main Service", async () => {
        const { inputs } = only(await run("staging", EVERYTHING_ON), "Service", MAIN);
        assert.deepEqual(at(inputs, "metadata", "annotations"), { "example.com/pool": "blue" });
    });
});

describe("Mesh headless Service", () => {
    it("is off by default", async () => {
        for (const stack of STACKS) {
            const names = ofKind(await run(stack), "Service").map(({ name }) => name);
            assert.ok(!names.includes(HEADLESS), stack);
        }
    });

    it("answers with every pod, also those that are not ready, on the mesh port", async () => {
        const result = await meshRun({ service: { headless: true } });
        const { inputs } = only(result, "Service", HEADLESS);
        assert.equal(at(inputs, "metadata", "name"), "staging-x0tta6bl4-headless");
        assert.equal(at(inputs, "spec", "clusterIP"), "None");
        assert.equal(at(inputs, "spec", "publishNotReadyAddresses"), true);
        assert.deepEqual(ports(result, HEADLESS), [["mesh", 7946, 7946]]);
    });

    it("is not waited for: the pods look for it while they start", async () => {
        const { inputs } = only(await meshRun({ service: { headless: true } }), "Service", HEADLESS);
        assert.equal(at(inputs, "metadata", "annotations", "pulumi.com/skipAwait"), "true");
    });

    it("is not scraped", async () => {
        const names = scraped(await meshRun({ service: { headless: true } })).map(({ name }) => name);
        assert.deepEqual(names, [METRICS]);
    });
});
