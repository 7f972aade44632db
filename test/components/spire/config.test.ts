import assert from "node:assert/strict";
import type { z } from "zod";
import { list, record, text } from "../../support/mesh";
import { at, only } from "../../support/program";
import { configFile, podSpecOf, spireRun } from "../../support/spire";
import { agentConfigSchema, managerConfigSchema, serverConfigSchema } from "../../support/spireSchemas";
import { SPIRE_CASES, SPIRE_VARIANTS } from "../../support/spireVariants";

/** Every generated file, and the keys that SPIRE documents for it. */
const FILES: [string, string, z.ZodType][] = [
    ["spire-server-config", "server.conf", serverConfigSchema],
    ["spire-server-config", "controller-manager.json", managerConfigSchema],
    ["spire-agent-config", "agent.conf", agentConfigSchema],
];

const POSTGRES = "postgres outside the cluster and memory keys below a chain";
const MYSQL = "mysql and cert-manager";
const FEDERATED = "federation, OIDC and further identities";

/** The server's configuration with a variant of the settings. */
async function serverConfig(variant: string, stack = "staging"): Promise<unknown> {
    return configFile(await spireRun(SPIRE_VARIANTS[variant], stack), "spire-server-config", "server.conf");
}

const pluginData = (config: unknown, type: string, name: string) => at(config, "plugins", type, 0, name, "plugin_data");

describe("SPIRE configuration", () => {
    for (const [stack, variant, overrides] of SPIRE_CASES) {
        it(`has only keys that SPIRE documents: ${stack} with ${variant}`, async () => {
            const run = await spireRun(overrides, stack);
            for (const [configMap, file, schema] of FILES) {
                schema.parse(configFile(run, configMap, file));
            }
        });

        it(`names the cluster alike in server, agent and controller manager: ${stack} with ${variant}`, async () => {
            const run = await spireRun(overrides, stack);
            const server = configFile(run, "spire-server-config", "server.conf");
            const agent = configFile(run, "spire-agent-config", "agent.conf");
            const manager = configFile(run, "spire-server-config", "controller-manager.json");
            const cluster = text(at(pluginData(agent, "NodeAttestor", "k8s_psat"), "cluster"));
            const known = at(pluginData(server, "NodeAttestor", "k8s_psat"), "clusters", 0);
            assert.deepEqual(Object.keys(record(known)), [cluster]);
            assert.equal(at(manager, "clusterName"), cluster);
            assert.equal(at(manager, "entryIDPrefix"), cluster);
            assert.equal(at(manager, "trustDomain"), at(server, "server", "trust_domain"));
            assert.equal(at(agent, "agent", "trust_domain"), at(server, "server", "trust_domain"));
        });
    }

    it("lets the pods roll when it changes, and only those that read it", async () => {
        const checksums = async (overrides: object) => {
            const run = await spireRun({ ...overrides });
            return (["StatefulSet spire-server", "DaemonSet spire-agent"] as const).map((name) => {
                const [kind = "", logical = ""] = name.split(" ");
                return at(
                    only(run, kind, logical).inputs,
                    ...["spec", "template", "metadata", "annotations", "checksum/config"],
                );
            });
        };
        const [server, agent] = await checksums({});
        const [otherServer, sameAgent] = await checksums({ server: { caTtl: "48h" } });
        assert.notEqual(otherServer, server);
        assert.equal(sameAgent, agent);
        const [sameServer, otherAgent] = await checksums({ agent: { rebootstrapDelay: "20m" } });
        assert.equal(sameServer, server);
        assert.notEqual(otherAgent, agent);
    });

    it("makes staging simple: sqlite and keys on the server's volume, no upstream authority", async () => {
        const config = await serverConfig("its file alone");
        assert.deepEqual(pluginData(config, "DataStore", "sql"), {
            database_type: "sqlite3",
            connection_string: "/run/spire/data/datastore.sqlite3",
        });
        assert.deepEqual(pluginData(config, "KeyManager", "disk"), { keys_path: "/run/spire/data/keys.json" });
        assert.equal(at(config, "plugins", "UpstreamAuthority"), undefined);
    });

    it("makes prod share a database and chain to the CA of a Secret", async () => {
        const config = await serverConfig("its file alone", "prod");
        assert.equal(
            at(pluginData(config, "DataStore", "sql"), "connection_string"),
            "host=spire-postgres-rw.databases.svc port=5432 dbname=spire user=spire sslmode=verify-full " +
                "sslrootcert=/run/spire/datastore/ca.crt",
        );
        assert.deepEqual(pluginData(config, "UpstreamAuthority", "disk"), {
            cert_file_path: "/run/spire/upstream/tls.crt",
            key_file_path: "/run/spire/upstream/tls.key",
        });
    });

    it("publishes the bundle where the agents look for it", async () => {
        const run = await spireRun();
        const server = configFile(run, "spire-server-config", "server.conf");
        const publisher = at(pluginData(server, "BundlePublisher", "k8s_configmap"), "clusters", 0, "staging");
        assert.deepEqual(publisher, {
            configmap_name: "spire-bundle",
            configmap_key: "bundle.crt",
            namespace: "spire-system",
            format: "pem",
        });
        const agent = configFile(run, "spire-agent-config", "agent.conf");
        assert.equal(at(agent, "agent", "trust_bundle_path"), "/run/spire/bundle/bundle.crt");
        const volumes = list(at(podSpecOf(run, "DaemonSet", "spire-agent"), "volumes"));
        assert.deepEqual(
            at(
                volumes.find((volume) => at(volume, "name") === "bundle"),
                "configMap",
            ),
            {
                name: "spire-bundle",
            },
        );
    });

    it("never lets an agent start without knowing the server", async () => {
        for (const overrides of Object.values(SPIRE_VARIANTS)) {
            const agent = configFile(await spireRun(overrides), "spire-agent-config", "agent.conf");
            assert.equal(at(agent, "agent", "insecure_bootstrap"), undefined);
            assert.equal(at(agent, "agent", "rebootstrap_mode"), "always");
        }
    });

    for (const [verification, expected] of [
        [{ type: "skip" }, { skip_kubelet_verification: true }],
        [{ type: "clusterCA" }, {}],
        [{ type: "hostFile" }, { kubelet_ca_path: "/run/spire/kubelet-ca/ca.crt" }],
        [
            { type: "configMap", name: "kubelet-ca", key: "root.pem" },
            { kubelet_ca_path: "/run/spire/kubelet-ca/root.pem" },
        ],
    ] as const) {
        it(`verifies the kubelet as chosen: ${verification.type}`, async () => {
            const agent = configFile(
                await spireRun({ agent: { kubeletVerification: verification, kubeletAddress: "nodeName" } }),
                "spire-agent-config",
                "agent.conf",
            );
            assert.deepEqual(pluginData(agent, "WorkloadAttestor", "k8s"), {
                node_name_env: "MY_NODE_NAME",
                ...expected,
            });
        });
    }

    it("holds no password: it comes as a variable from a Secret", async () => {
        const variable = async (variant: string) => {
            const container = at(
                podSpecOf(await spireRun(SPIRE_VARIANTS[variant]), "StatefulSet", "spire-server"),
                "containers",
                0,
            );
            return {
                env: list(at(container, "env")).filter((entry) => at(entry, "valueFrom") !== undefined),
                expands: list(at(container, "args")).includes("-expandEnv"),
            };
        };
        assert.deepEqual(await variable(POSTGRES), {
            env: [
                {
                    name: "PGPASSWORD",
                    valueFrom: { secretKeyRef: { name: "spire-datastore", key: "password" } },
                },
            ],
            expands: false,
        });
        const mysql = await variable(MYSQL);
        assert.ok(mysql.expands);
        assert.deepEqual(
            mysql.env.map((entry) => at(entry, "name")),
            ["SPIRE_DATASTORE_PASSWORD", "VAULT_TOKEN"],
        );
        assert.equal(
            at(pluginData(await serverConfig(MYSQL), "DataStore", "sql"), "connection_string"),
            "spire:${SPIRE_DATASTORE_PASSWORD}@tcp(mysql.databases.svc:3306)/spire?parseTime=true&tls=true",
        );
    });

    it("passes the settings of a cloud KMS and of extra plugins on", async () => {
        assert.deepEqual(pluginData(await serverConfig(MYSQL), "KeyManager", "aws_kms"), {
            region: "eu-west-1",
            key_identifier_file: "/run/spire/data/key-identifier",
        });
        const one = await spireRun({
            server: { keyManager: { type: "gcp_kms", config: { key_ring: "r", key_identifier_value: "spire" } } },
        });
        assert.deepEqual(pluginData(configFile(one, "spire-server-config", "server.conf"), "KeyManager", "gcp_kms"), {
            key_ring: "r",
            key_identifier_value: "spire",
        });
        const extra = await serverConfig("a mirror, digests and a kubelet CA in a ConfigMap");
        assert.deepEqual(pluginData(extra, "Notifier", "gcs_bundle"), { bucket: "b", object_path: "o" });
    });

    it("serves the bundle to others only when federation is on", async () => {
        assert.equal(at(await serverConfig("its file alone"), "server", "federation"), undefined);
        assert.deepEqual(at(await serverConfig(FEDERATED), "server", "federation", "bundle_endpoint"), {
            address: "0.0.0.0",
            port: 8443,
            profile: [{ https_spiffe: {} }],
        });
    });

    it("issues JWT-SVIDs only if enabled", async () => {
        assert.equal(at(await serverConfig("its file alone"), "server", "disable_jwt_svids"), true);
        assert.equal(at(await serverConfig(FEDERATED), "server", "disable_jwt_svids"), false);
    });

    it("issues them in the name of the OIDC provider, which clients compare with the token's `iss`", async () => {
        assert.equal(at(await serverConfig("its file alone"), "server", "jwt_issuer"), undefined);
        const run = await spireRun(SPIRE_VARIANTS[FEDERATED]);
        const provider = configFile(run, "spire-oidc-config", "oidc-discovery-provider.conf");
        assert.deepEqual(at(provider, "domains"), ["oidc.example.com"]);
        const server = configFile(run, "spire-server-config", "server.conf");
        assert.equal(at(server, "server", "jwt_issuer"), "https://oidc.example.com");
    });
});
