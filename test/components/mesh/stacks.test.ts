import assert from "node:assert/strict";
import { only, type ProgramRun } from "../../support/program";
import { objects, run, STACKS } from "../../support/mesh";
import { VARIANTS } from "../../support/meshVariants";

/** Kind and logical name of every object, sorted. */
const kinds = (result: ProgramRun) =>
    objects(result)
        .map(({ inputs, name }) => `${String(inputs.kind)} ${name}`)
        .sort();

/** All values of plain data by path, with the stack's names removed. */
function values(data: unknown, path = ""): Map<string, unknown> {
    if (typeof data !== "object" || data === null) {
        const neutral = typeof data === "string" ? data.replace(/\b(staging|prod)(uction)?\b/g, "<stack>") : data;
        return new Map([[path, neutral]]);
    }
    return new Map(
        Object.entries(data).flatMap(([key, child]) => [...values(child, path === "" ? key : `${path}.${key}`)]),
    );
}

/** Paths at which two objects differ by more than the stack's names. */
function differences(a: unknown, b: unknown): string[] {
    const [left, right] = [values(a), values(b)];
    const paths = [...new Set([...left.keys(), ...right.keys()])];
    return paths.filter((path) => left.get(path) !== right.get(path));
}

/** Paths of empty lists and maps in plain data. */
function empties(data: unknown, path: string): string[] {
    if (typeof data !== "object" || data === null) {
        return [];
    }
    const entries = Object.entries(data);
    return entries.length === 0 ? [path] : entries.flatMap(([key, child]) => empties(child, `${path}.${key}`));
}

describe("Mesh in prod", () => {
    it("has an autoscaler, two egress rules and one for Redis that staging does not have, and lacks nothing", async () => {
        const [staging, prod] = [kinds(await run("staging")), kinds(await run("prod"))];
        assert.deepEqual(
            prod.filter((object) => !staging.includes(object)),
            [
                "HorizontalPodAutoscaler mesh-autoscaler",
                "NetworkPolicy mesh-allow-egress-https",
                "NetworkPolicy mesh-allow-egress-redis",
                "NetworkPolicy mesh-allow-neighbor-redis",
            ],
        );
        assert.deepEqual(
            staging.filter((object) => !prod.includes(object)),
            [],
        );
    });

    it("differs in the Deployment by replicas, checksum, variables, resources and spread, and by nothing else", async () => {
        const [staging, prod] = [await run("staging"), await run("prod")];
        const changed = differences(only(staging, "Deployment").inputs.spec, only(prod, "Deployment").inputs.spec);
        const parts = changed.map((path) =>
            path.replace(/^template\.spec\.(containers\.0\.)?/, "").replace(/\.\d+\..*/, ""),
        );
        assert.deepEqual([...new Set(parts)].sort(), [
            "env",
            "replicas",
            "resources.limits.cpu",
            "resources.limits.memory",
            "resources.requests.cpu",
            "resources.requests.memory",
            "template.metadata.annotations.checksum/config",
            "topologySpreadConstraints",
        ]);
    });

    it("differs in the ConfigMap by log level and profiling, and by nothing else", async () => {
        const [staging, prod] = [await run("staging"), await run("prod")];
        assert.deepEqual(differences(only(staging, "ConfigMap").inputs, only(prod, "ConfigMap").inputs).sort(), [
            "data.LOG_LEVEL",
            "data.PROFILING_ENABLED",
        ]);
    });

    it("differs in the disruption budget by the count, and by nothing else", async () => {
        const [staging, prod] = [await run("staging"), await run("prod")];
        const kind = "PodDisruptionBudget";
        assert.deepEqual(differences(only(staging, kind).inputs, only(prod, kind).inputs), ["spec.minAvailable"]);
    });

    for (const name of ["mesh-service", "mesh-metrics-service"]) {
        it(`has the ${name} of staging but for its names`, async () => {
            const [staging, prod] = [await run("staging"), await run("prod")];
            assert.deepEqual(
                differences(only(staging, "Service", name).inputs, only(prod, "Service", name).inputs),
                [],
            );
        });
    }
});

describe("Mesh objects that say only what was set", () => {
    for (const stack of STACKS) {
        for (const [variant, overrides] of Object.entries(VARIANTS)) {
            it(`have no empty list or map: ${stack} with ${variant}`, async () => {
                const found = objects(await run(stack, overrides)).flatMap(({ name, inputs }) => empties(inputs, name));
                // An empty selector is meaningful here: it selects all pods of the namespace.
                const meant = "mesh-default-deny.spec.podSelector";
                assert.deepEqual(
                    found.filter((path) => path !== meant),
                    [],
                );
            });
        }
    }
});
