import assert from "node:assert/strict";
import { rolloutTimeouts } from "../../../components/mesh/deployment";
import { at, only } from "../../support/program";
import {
    container,
    deploymentSpec,
    list,
    meshRun,
    objectName,
    podAnnotations,
    podSpec,
    run,
    STACKS,
} from "../../support/mesh";
import { DIGEST, EVERYTHING_OFF, EVERYTHING_ON, VARIANTS } from "../../support/meshVariants";

describe("Mesh Deployment", () => {
    for (const [stack, name] of [
        ["staging", "staging-x0tta6bl4"],
        ["prod", "prod-x0tta6bl4"],
    ] as const) {
        it(`is ${name} in ${stack}, with one container x0tta6bl4`, async () => {
            const result = await run(stack);
            assert.equal(objectName(only(result, "Deployment")), name);
            assert.equal(at(container(result), "name"), "x0tta6bl4");
            assert.deepEqual(
                list(at(podSpec(result), "initContainers")).map((init) => at(init, "name")),
                ["wait-for-identity"],
            );
        });

        it(`starts a new pod before it ends an old one in ${stack}`, async () => {
            assert.deepEqual(at(deploymentSpec(await run(stack)), "strategy"), {
                type: "RollingUpdate",
                rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
            });
        });

        it(`runs the image 3.4.0 in ${stack}`, async () => {
            const result = await run(stack);
            assert.equal(at(container(result), "image"), "x0tta6bl4:3.4.0");
            assert.equal(at(container(result), "imagePullPolicy"), "IfNotPresent");
            assert.equal(at(podSpec(result), "imagePullSecrets"), undefined);
        });

        it(`probes /health on the http port for liveness and readiness in ${stack}`, async () => {
            const result = await run(stack);
            const httpGet = { path: "/health", port: "http" };
            assert.deepEqual(at(container(result), "livenessProbe"), {
                httpGet,
                initialDelaySeconds: 30,
                periodSeconds: 10,
                timeoutSeconds: 5,
                failureThreshold: 3,
            });
            assert.deepEqual(at(container(result), "readinessProbe"), {
                httpGet,
                initialDelaySeconds: 10,
                periodSeconds: 5,
                timeoutSeconds: 3,
                failureThreshold: 2,
            });
        });

        it(`gives the app five minutes to start before other probes run, in ${stack}`, async () => {
            const result = await run(stack);
            assert.deepEqual(at(container(result), "startupProbe"), {
                httpGet: { path: "/health", port: "http" },
                // A delay of 0 is not sent: the API server would drop it, and each refresh would find a difference.
                periodSeconds: 5,
                timeoutSeconds: 3,
                failureThreshold: 60,
            });
            // The controller gives up later than the startup probe does.
            assert.equal(at(deploymentSpec(result), "progressDeadlineSeconds"), 600);
            assert.equal(at(deploymentSpec(result), "minReadySeconds"), undefined);
        });

        it(`sleeps before it stops, within a grace of 30 s, in ${stack}`, async () => {
            const result = await run(stack);
            assert.deepEqual(at(container(result), "lifecycle"), { preStop: { exec: { command: ["sleep", "5"] } } });
            assert.equal(at(podSpec(result), "terminationGracePeriodSeconds"), 30);
        });

        it(`declares the ports http 8000, metrics 9090 and mesh 7946 in ${stack}`, async () => {
            assert.deepEqual(at(container(await run(stack)), "ports"), [
                { name: "http", containerPort: 8000, protocol: "TCP" },
                { name: "metrics", containerPort: 9090, protocol: "TCP" },
                { name: "mesh", containerPort: 7946, protocol: "TCP" },
            ]);
        });

        it(`is annotated for the metrics page in ${stack}`, async () => {
            const annotations = podAnnotations(await run(stack));
            assert.equal(annotations["prometheus.io/scrape"], "true");
            assert.equal(annotations["prometheus.io/port"], "9090");
            assert.equal(annotations["prometheus.io/path"], "/metrics");
        });

        it(`keeps the variables of other Services out of the container in ${stack}`, async () => {
            assert.equal(at(podSpec(await run(stack)), "enableServiceLinks"), false);
        });
    }

    for (const [stack, requests, limits] of [
        ["staging", { cpu: "50m", memory: "64Mi" }, { cpu: "200m", memory: "256Mi" }],
        ["prod", { cpu: "500m", memory: "512Mi" }, { cpu: "2000m", memory: "2Gi" }],
    ] as const) {
        it(`requests and limits what ${stack} needs`, async () => {
            assert.deepEqual(at(container(await run(stack)), "resources"), { requests, limits });
        });
    }

    it("has two replicas in staging", async () => {
        assert.equal(at(deploymentSpec(await run("staging")), "replicas"), 2);
    });

    it("has as many replicas as the setting says", async () => {
        assert.equal(at(deploymentSpec(await meshRun({ replicas: 3 })), "replicas"), 3);
    });

    it("takes image, pull policy and resources from the settings", async () => {
        const result = container(await run("staging", EVERYTHING_ON));
        assert.equal(at(result, "image"), `registry.example.com/team/mesh:9.9.9@${DIGEST}`);
        assert.equal(at(result, "imagePullPolicy"), "Always");
        assert.deepEqual(at(result, "resources"), {
            requests: { cpu: "1", memory: "1Gi" },
            limits: { cpu: "2", memory: "3Gi" },
        });
    });

    it("pins the image by digest when one is set, tag and all", async () => {
        const result = await meshRun({ image: { digest: DIGEST } }, "prod");
        assert.equal(at(container(result), "image"), `x0tta6bl4:3.4.0@${DIGEST}`);
    });

    it("pulls with the named secrets", async () => {
        const result = podSpec(await run("staging", EVERYTHING_ON));
        assert.deepEqual(at(result, "imagePullSecrets"), [{ name: "first" }, { name: "second" }]);
    });

    it("takes path and timings of each probe from the settings", async () => {
        const result = container(await run("staging", EVERYTHING_ON));
        assert.deepEqual(at(result, "livenessProbe"), {
            httpGet: { path: "/live", port: "http" },
            initialDelaySeconds: 1,
            periodSeconds: 2,
            timeoutSeconds: 3,
            failureThreshold: 4,
        });
        assert.deepEqual(at(result, "readinessProbe"), {
            httpGet: { path: "/ready", port: "http" },
            initialDelaySeconds: 5,
            periodSeconds: 6,
            timeoutSeconds: 7,
            failureThreshold: 8,
        });
    });

    it("takes the startup probe from the settings, and has none where it is off", async () => {
        assert.deepEqual(at(container(await run("staging", EVERYTHING_ON)), "startupProbe"), {
            httpGet: { path: "/started", port: "http" },
            initialDelaySeconds: 4,
            periodSeconds: 3,
            timeoutSeconds: 2,
            failureThreshold: 100,
        });
        assert.equal(at(container(await run("staging", EVERYTHING_OFF)), "startupProbe"), undefined);
    });

    it("takes the time to become available from the settings", async () => {
        const spec = deploymentSpec(await run("staging", EVERYTHING_ON));
        assert.equal(at(spec, "minReadySeconds"), 7);
        assert.equal(at(spec, "progressDeadlineSeconds"), 900);
    });

    it("is waited for as long as its own deadline, where that is longer than Pulumi waits by itself", () => {
        assert.equal(rolloutTimeouts({ progressDeadlineSeconds: 600 }), undefined);
        assert.deepEqual(rolloutTimeouts({ progressDeadlineSeconds: 900 }), { create: "900s", update: "900s" });
    });

    it("takes preStop sleep and grace from the settings", async () => {
        const result = await run("staging", EVERYTHING_ON);
        assert.deepEqual(at(container(result), "lifecycle", "preStop", "exec", "command"), ["sleep", "11"]);
        assert.equal(at(podSpec(result), "terminationGracePeriodSeconds"), 60);
    });

    it("has no preStop hook when its sleep is 0", async () => {
        assert.equal(at(container(await run("staging", EVERYTHING_OFF)), "lifecycle"), undefined);
    });

    it("takes its ports and the metrics page from the settings", async () => {
        const result = await run("staging", EVERYTHING_ON);
        assert.deepEqual(
            list(at(container(result), "ports")).map((port) => [at(port, "name"), at(port, "containerPort")]),
            [
                ["http", 8100],
                ["metrics", 9100],
                ["mesh", 7100],
            ],
        );
        assert.equal(podAnnotations(result)["prometheus.io/port"], "9100");
        assert.equal(podAnnotations(result)["prometheus.io/path"], "/prometheus");
    });

    it("has one port less when the app serves metrics on the http port", async () => {
        const result = await meshRun({ ports: { metrics: 8000 } });
        const ports = list(at(container(result), "ports")).map((port) => at(port, "name"));
        assert.deepEqual(ports, ["http", "mesh"]);
        assert.equal(podAnnotations(result)["prometheus.io/port"], "8000");
    });

    it("is not annotated for metrics when they are off", async () => {
        const annotations = Object.keys(podAnnotations(await run("staging", EVERYTHING_OFF)));
        assert.deepEqual(
            annotations.filter((key) => key.startsWith("prometheus.io/")),
            [],
        );
    });
});

describe("Mesh Deployment's selector", () => {
    for (const stack of STACKS) {
        for (const [variant, overrides] of Object.entries(VARIANTS)) {
            it(`is immutable, so nothing changes it: ${stack} with ${variant}`, async () => {
                assert.deepEqual(at(deploymentSpec(await run(stack, overrides)), "selector"), {
                    matchLabels: {
                        "app.kubernetes.io/name": "x0tta6bl4",
                        environment: stack === "prod" ? "production" : "staging",
                    },
                });
            });
        }
    }
});
