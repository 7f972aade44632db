import assert from "node:assert/strict";
import { meshSchema } from "../../../settings/mesh/schema";
import { parse } from "yaml";
import { at, type ProgramRun } from "../../support/program";
import { configData, container, list, podAnnotations, record, run, STACKS, text } from "../../support/mesh";
import { EVERYTHING_OFF, EVERYTHING_ON, FEATURES, MAPE_K, VARIANTS } from "../../support/meshVariants";

/** A YAML file of the ConfigMap, parsed. */
function file(result: ProgramRun, name: string): unknown {
    return parse(text(configData(result)[name]));
}

/** Paths of all values that are not objects, e.g. `zkp.enabled`. */
function leaves(value: unknown, path = ""): string[] {
    return typeof value === "object" && value !== null
        ? Object.entries(value).flatMap(([key, child]) => leaves(child, path === "" ? key : `${path}.${key}`))
        : [path];
}

/** Value at a path of {@link leaves}. */
function leaf(value: unknown, path: string): unknown {
    return at(value, ...path.split("."));
}

describe("Mesh ConfigMap", () => {
    for (const [stack, logLevel, profiling] of [
        ["staging", "DEBUG", "true"],
        ["prod", "INFO", "false"],
    ] as const) {
        it(`has the variables of ${stack}`, async () => {
            const { "mape_k_config.yaml": mapeK, "config.yaml": features, ...variables } = configData(await run(stack));
            assert.deepEqual(variables, {
                LOG_LEVEL: logLevel,
                SPIFFE_TRUST_DOMAIN: "x0tta6bl4.mesh",
                SPIRE_SERVER_ADDR: "spire-server.spire:8081",
                METRICS_ENABLED: "true",
                METRICS_PORT: "9090",
                PROFILING_ENABLED: profiling,
            });
            assert.ok(typeof mapeK === "string" && typeof features === "string");
        });

        it(`has the MAPE-K settings of the replaced system in ${stack}`, async () => {
            assert.deepEqual(file(await run(stack), "mape_k_config.yaml"), {
                monitor: { interval: 5, timeout: 30 },
                analyzer: { rules_engine: "rete", cache_enabled: true },
                planner: { optimization: "greedy" },
                executor: { max_parallel: 3, retry_count: 3 },
            });
        });

        it(`has the feature defaults of the replaced chart in ${stack}`, async () => {
            const features = file(await run(stack), "config.yaml");
            assert.deepEqual(at(features, "zeroTrust", "zkp"), {
                enabled: true,
                algorithm: "schnorr",
                challengeTimeoutSeconds: 300,
            });
            assert.equal(at(features, "zeroTrust", "policyEngine", "defaultEffect"), "deny");
            assert.equal(at(features, "zeroTrust", "continuousVerification", "riskThreshold"), 0.7);
            assert.equal(at(features, "obfuscation", "enabled"), false);
            assert.deepEqual(at(features, "networking", "batmanAdv"), {
                enabled: true,
                interface: "bat0",
                hopPenalty: 15,
            });
            assert.equal(at(features, "dao", "enabled"), false);
        });
    }

    it("follows the settings of every variable", async () => {
        const data = configData(await run("staging", EVERYTHING_ON));
        assert.equal(data.LOG_LEVEL, "ERROR");
        assert.equal(data.SPIFFE_TRUST_DOMAIN, "example.org");
        assert.equal(data.SPIRE_SERVER_ADDR, "spire-server.spire-server-ns:8443");
        assert.equal(data.METRICS_PORT, "9100");
    });

    it("says that metrics are off when they are", async () => {
        assert.equal(configData(await run("staging", EVERYTHING_OFF)).METRICS_ENABLED, "false");
    });

    it("follows every MAPE-K setting", async () => {
        assert.deepEqual(file(await run("staging", EVERYTHING_ON), "mape_k_config.yaml"), {
            monitor: { interval: 6, timeout: 31 },
            analyzer: { rules_engine: "drools", cache_enabled: false },
            planner: { optimization: "optimal" },
            executor: { max_parallel: 4, retry_count: 2 },
        });
    });

    it("follows every feature setting", async () => {
        const features = record(file(await run("staging", EVERYTHING_ON), "config.yaml"));
        for (const section of ["zeroTrust", "networking", "obfuscation", "dao"] as const) {
            assert.deepEqual(features[section], FEATURES[section]);
        }
    });

    it("tells the app its ports and its SPIFFE endpoint", async () => {
        const features = file(await run("staging", EVERYTHING_ON), "config.yaml");
        assert.deepEqual(at(features, "mesh"), { port: 7100, apiPort: 8100, metricsPort: 9100 });
        assert.deepEqual(at(features, "spiffe"), {
            enabled: true,
            trustDomain: "example.org",
            endpointSocket: "unix:///run/other/agent.sock",
        });
    });

    it("has no SPIFFE endpoint without a socket", async () => {
        const features = file(await run("staging", EVERYTHING_OFF), "config.yaml");
        assert.deepEqual(at(features, "spiffe"), { enabled: false, trustDomain: "x0tta6bl4.mesh" });
    });

    it("is tested with another value for every feature setting that there is", () => {
        const defaults = meshSchema.parse({});
        for (const [section, changed] of [...Object.entries(FEATURES), ["mapeK", MAPE_K] as const]) {
            const known = at(defaults, section);
            assert.deepEqual(leaves(changed).sort(), leaves(known).sort(), section);
            for (const path of leaves(changed)) {
                assert.notEqual(leaf(changed, path), leaf(known, path), `${section}.${path}`);
            }
        }
    });
});

describe("Mesh ConfigMap's checksum", () => {
    for (const stack of STACKS) {
        for (const [variant, overrides] of Object.entries(VARIANTS)) {
            it(`changes exactly when the data does: ${stack} with ${variant}`, async () => {
                const [base, changed] = [await run(stack), await run(stack, overrides)];
                const sameData = JSON.stringify(configData(base)) === JSON.stringify(configData(changed));
                const sameChecksum =
                    podAnnotations(base)["checksum/config"] === podAnnotations(changed)["checksum/config"];
                assert.equal(sameChecksum, sameData);
            });
        }
    }

    it("changes with one variable", async () => {
        const [base, changed] = [await run("staging"), await run("staging", { mesh: { logLevel: "INFO" } })];
        assert.notEqual(podAnnotations(base)["checksum/config"], podAnnotations(changed)["checksum/config"]);
    });

    it("changes with one line of a file", async () => {
        const changed = await run("staging", { mesh: { mapeK: { executor: { retryCount: 4 } } } });
        assert.notEqual(
            podAnnotations(await run("staging"))["checksum/config"],
            podAnnotations(changed)["checksum/config"],
        );
    });

    it("is a SHA-256", async () => {
        assert.match(text(podAnnotations(await run("staging"))["checksum/config"]), /^[0-9a-f]{64}$/);
    });
});

describe("Mesh ConfigMap in the container", () => {
    for (const stack of STACKS) {
        it(`gives the container of ${stack} every variable that it has`, async () => {
            const result = await run(stack);
            const given = list(at(container(result), "env"))
                .map((variable) => at(variable, "valueFrom", "configMapKeyRef", "key"))
                .filter((key) => key !== undefined);
            const variables = Object.keys(configData(result)).filter((key) => !key.endsWith(".yaml"));
            assert.deepEqual(given.sort(), variables.sort());
        });
    }
});
