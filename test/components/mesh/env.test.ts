import assert from "node:assert/strict";
import { at } from "../../support/program";
import { configData, container, envValues, list, meshRun, run, STACKS } from "../../support/mesh";
import { EVERYTHING_OFF, EVERYTHING_ON, VARIANTS } from "../../support/meshVariants";

/** Variables that the program sets, by name. */
async function variables(mesh: Record<string, unknown>, stack = "staging"): Promise<Record<string, unknown>> {
    return Object.fromEntries(envValues(await meshRun(mesh, stack)));
}

/** Names of all variables of the container, in order. */
async function names(stack: string, overrides = {}): Promise<unknown[]> {
    return list(at(container(await run(stack, overrides)), "env")).map((variable) => at(variable, "name"));
}

describe("Mesh environment", () => {
    for (const [stack, environment] of [
        ["staging", "staging"],
        ["prod", "production"],
    ] as const) {
        it(`tells the app of ${stack} where it runs and which features are on`, async () => {
            const given = await variables({}, stack);
            for (const [name, value] of Object.entries({
                ENVIRONMENT: environment,
                PYTHONUNBUFFERED: "1",
                API_PORT: "8000",
                MESH_PORT: "7946",
                SPIFFE_ENDPOINT_SOCKET: "unix:///run/spire/sockets/agent.sock",
                ZERO_TRUST_ENABLED: "true",
                ZKP_ENABLED: "true",
                POST_QUANTUM_ENABLED: "true",
                DID_ENABLED: "true",
                CONTINUOUS_VERIFICATION_ENABLED: "true",
                OBFUSCATION_ENABLED: "false",
                OBFUSCATION_TRANSPORT: "faketls",
            })) {
                assert.equal(given[name], value, name);
            }
        });

        it(`names the node of ${stack} after its pod`, async () => {
            assert.deepEqual(at(container(await run(stack)), "env", 0), {
                name: "NODE_ID",
                valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "metadata.name" } },
            });
        });
    }

    for (const stack of STACKS) {
        for (const [variant, overrides] of Object.entries(VARIANTS)) {
            it(`has each variable once: ${stack} with ${variant}`, async () => {
                const all = await names(stack, overrides);
                assert.deepEqual(all, [...new Set(all)]);
            });
        }

        it(`refers only to keys that the ConfigMap of ${stack} has`, async () => {
            const result = await run(stack);
            for (const variable of list(at(container(result), "env"))) {
                const reference = at(variable, "valueFrom", "configMapKeyRef");
                if (reference !== undefined) {
                    assert.ok(String(at(reference, "key")) in configData(result), JSON.stringify(reference));
                }
            }
        });
    }

    it("has each variable once, also one that overrides the program's own", async () => {
        const all = await names("staging", { mesh: { env: { PYTHONUNBUFFERED: "0" } } });
        assert.deepEqual(all, [...new Set(all)]);
    });

    it("has the production guardrails in prod and not in staging", async () => {
        const guardrails = {
            DB_ENFORCE_SCHEMA: "true",
            MAAS_LIGHT_MODE: "false",
            MTLS_ENABLED: "true",
            RATE_LIMIT_ENABLED: "true",
            REQUEST_VALIDATION_ENABLED: "true",
            X0TTA6BL4_ALLOW_INSECURE_PQC_VERIFY: "false",
            GRACEFUL_SHUTDOWN_ENABLED: "true",
            SHUTDOWN_TIMEOUT: "30",
            REDIS_SENTINEL_MASTER: "mymaster",
        };
        const [staging, prod] = [await variables({}), await variables({}, "prod")];
        for (const [name, value] of Object.entries(guardrails)) {
            assert.equal(prod[name], value, name);
            assert.equal(staging[name], undefined, name);
        }
    });

    it("has the variables of the settings as they are", async () => {
        const given = await variables({ env: { FIRST: "1", SECOND: "with spaces and $(NODE_ID)" } });
        assert.equal(given.FIRST, "1");
        assert.equal(given.SECOND, "with spaces and $(NODE_ID)");
    });

    it("keeps the variables of the stack file when settings add one", async () => {
        const given = await variables({ env: { EXTRA: "1" } }, "prod");
        assert.equal(given.EXTRA, "1");
        assert.equal(given.MTLS_ENABLED, "true");
    });

    it("puts the database onto the data volume", async () => {
        assert.equal((await variables({})).DATABASE_URL, "sqlite:////data/x0tta6bl4.db");
    });

    it("leaves the database to the settings when they name one", async () => {
        const given = await variables({ env: { DATABASE_URL: "sqlite:////tmp/other.db" } });
        assert.equal(given.DATABASE_URL, "sqlite:////tmp/other.db");
    });

    it("follows ports and socket", async () => {
        const given = Object.fromEntries(envValues(await run("staging", EVERYTHING_ON)));
        assert.equal(given.API_PORT, "8100");
        assert.equal(given.MESH_PORT, "7100");
        assert.equal(given.SPIFFE_ENDPOINT_SOCKET, "unix:///run/other/agent.sock");
    });

    it("sets no SPIFFE socket if there is none", async () => {
        const given = Object.fromEntries(envValues(await run("staging", EVERYTHING_OFF)));
        assert.ok(!("SPIFFE_ENDPOINT_SOCKET" in given));
    });

    it("follows the obfuscation settings", async () => {
        const given = Object.fromEntries(envValues(await run("staging", EVERYTHING_ON)));
        assert.equal(given.OBFUSCATION_ENABLED, "true");
        assert.equal(given.OBFUSCATION_TRANSPORT, "shadowsocks");
    });
});

describe("Mesh environment's zero-trust switches", () => {
    const switches: readonly [string, string][] = [
        ["zkp", "ZKP_ENABLED"],
        ["postQuantum", "POST_QUANTUM_ENABLED"],
        ["did", "DID_ENABLED"],
        ["continuousVerification", "CONTINUOUS_VERIFICATION_ENABLED"],
    ];
    for (const [feature, variable] of switches) {
        it(`turn off ${variable} with its feature, and nothing else`, async () => {
            const given = await variables({ zeroTrust: { [feature]: { enabled: false } } });
            const off = switches.map(([, name]) => name).filter((name) => given[name] === "false");
            assert.deepEqual(off, [variable]);
            assert.equal(given.ZERO_TRUST_ENABLED, "true");
        });
    }

    it("are all off when zero trust is off, whatever the features say", async () => {
        const given = await variables({ zeroTrust: { enabled: false, zkp: { enabled: true } } });
        for (const name of ["ZERO_TRUST_ENABLED", ...switches.map(([, name]) => name)]) {
            assert.equal(given[name], "false", name);
        }
    });
});
