import { z } from "zod";

/**
 * The keys of SPIRE's configuration files that this program may use, as SPIRE documents them (server, agent and plugin
 * reference of 1.15). Strict: an unknown key stops a server or agent at its start.
 */
const goDuration = z.string().regex(/^\d+(s|m|h)$/);
const port = z.string().regex(/^\d+$/);

const healthChecks = z.strictObject({
    listener_enabled: z.literal(true),
    bind_address: z.literal("0.0.0.0"),
    bind_port: port,
    live_path: z.string().startsWith("/"),
    ready_path: z.string().startsWith("/"),
});

const telemetry = z.tuple([
    z.strictObject({ Prometheus: z.tuple([z.strictObject({ host: z.string(), port: z.number() })]) }),
]);

const logLevel = z.enum(["DEBUG", "INFO", "WARN", "ERROR"]);

/** One plugin: its name, and `plugin_data` of a known shape. */
const plugin = <T extends z.ZodType>(name: string, data: T) =>
    z.strictObject({ [name]: z.strictObject({ plugin_data: data }) });

const clusters = <T extends z.ZodType>(cluster: T) =>
    z.strictObject({ clusters: z.tuple([z.record(z.string(), cluster)]) });

const sql = z.strictObject({
    database_type: z.enum(["sqlite3", "postgres", "mysql"]),
    connection_string: z.string().min(1),
    root_ca_path: z.string().optional(),
    client_cert_path: z.string().optional(),
    client_key_path: z.string().optional(),
    max_open_conns: z.number().optional(),
});

const servingCertificate = z.strictObject({
    cert_file_path: z.string(),
    key_file_path: z.string(),
    // Documented as optional, but SPIRE 1.15 does not start without it.
    file_sync_interval: goDuration,
});

/** `server.conf`. */
export const serverConfigSchema = z.strictObject({
    server: z.strictObject({
        trust_domain: z.string(),
        bind_address: z.string(),
        bind_port: port,
        socket_path: z.string(),
        data_dir: z.string(),
        log_level: logLevel,
        log_format: z.enum(["json", "text"]),
        ca_ttl: goDuration,
        ca_key_type: z.enum(["ec-p256", "ec-p384", "rsa-2048", "rsa-4096"]),
        ca_subject: z.tuple([
            z.strictObject({
                country: z.array(z.string()).optional(),
                organization: z.array(z.string()),
                common_name: z.string(),
            }),
        ]),
        default_x509_svid_ttl: goDuration,
        default_jwt_svid_ttl: goDuration,
        disable_jwt_svids: z.boolean(),
        jwt_issuer: z.url().optional(),
        agent_ttl: goDuration.optional(),
        audit_log_enabled: z.boolean(),
        prune_attested_nodes_expired_for: goDuration,
        ratelimit: z.strictObject({ attestation: z.boolean(), signing: z.boolean() }),
        federation: z
            .strictObject({
                bundle_endpoint: z.strictObject({
                    address: z.string(),
                    port: z.number(),
                    profile: z.tuple([
                        z.union([
                            z.strictObject({ https_spiffe: z.strictObject({}) }),
                            z.strictObject({
                                https_web: z.tuple([z.strictObject({ serving_cert_file: servingCertificate })]),
                            }),
                        ]),
                    ]),
                }),
            })
            .optional(),
    }),
    plugins: z.strictObject({
        DataStore: z.tuple([plugin("sql", sql)]),
        KeyManager: z.tuple([
            z.union([
                plugin("disk", z.strictObject({ keys_path: z.string() })),
                plugin("memory", z.strictObject({})),
                plugin("aws_kms", z.looseObject({})),
            ]),
        ]),
        NodeAttestor: z.tuple([
            plugin("k8s_psat", clusters(z.strictObject({ service_account_allow_list: z.array(z.string()).min(1) }))),
        ]),
        BundlePublisher: z.tuple([
            plugin(
                "k8s_configmap",
                clusters(
                    z.strictObject({
                        configmap_name: z.string(),
                        configmap_key: z.string(),
                        namespace: z.string(),
                        format: z.enum(["pem", "spiffe", "jwks"]),
                    }),
                ),
            ),
        ]),
        UpstreamAuthority: z
            .tuple([
                z.union([
                    plugin(
                        "disk",
                        z.strictObject({
                            cert_file_path: z.string(),
                            key_file_path: z.string(),
                            bundle_file_path: z.string().optional(),
                        }),
                    ),
                    plugin(
                        "cert-manager",
                        z.strictObject({
                            namespace: z.string(),
                            issuer_name: z.string(),
                            issuer_kind: z.string(),
                            issuer_group: z.string(),
                        }),
                    ),
                ]),
            ])
            .optional(),
        Notifier: z.array(z.looseObject({})).optional(),
    }),
    health_checks: healthChecks,
    telemetry,
});

/** `agent.conf`. */
export const agentConfigSchema = z.strictObject({
    agent: z.strictObject({
        trust_domain: z.string(),
        server_address: z.string(),
        server_port: port,
        socket_path: z.string(),
        data_dir: z.string(),
        log_level: logLevel,
        log_format: z.enum(["json", "text"]),
        trust_bundle_path: z.string(),
        trust_bundle_format: z.enum(["pem", "spiffe"]),
        rebootstrap_mode: z.enum(["never", "auto", "always"]),
        rebootstrap_delay: goDuration,
        disable_sds_api: z.boolean(),
    }),
    plugins: z.strictObject({
        NodeAttestor: z.tuple([plugin("k8s_psat", z.strictObject({ cluster: z.string(), token_path: z.string() }))]),
        KeyManager: z.tuple([plugin("memory", z.strictObject({}))]),
        WorkloadAttestor: z.tuple([
            plugin(
                "k8s",
                z.strictObject({
                    node_name_env: z.string(),
                    skip_kubelet_verification: z.literal(true).optional(),
                    kubelet_ca_path: z.string().optional(),
                }),
            ),
        ]),
    }),
    health_checks: healthChecks,
    telemetry,
});

/** `controller-manager.json`. */
export const managerConfigSchema = z.strictObject({
    apiVersion: z.literal("spire.spiffe.io/v1alpha1"),
    kind: z.literal("ControllerManagerConfig"),
    clusterName: z.string().min(1),
    clusterDomain: z.string(),
    trustDomain: z.string().min(1),
    entryIDPrefix: z.string().min(1),
    ignoreNamespaces: z.array(z.string()),
    gcInterval: z.int().min(1_000_000_000),
    spireServerSocketPath: z.string(),
    logLevel: z.enum(["debug", "info", "warn", "error"]),
    logEncoding: z.enum(["json", "console"]),
    metrics: z.strictObject({ bindAddress: z.string() }),
    health: z.strictObject({ healthProbeBindAddress: z.string() }),
    leaderElection: z.strictObject({
        leaderElect: z.literal(true),
        resourceName: z.string(),
        resourceNamespace: z.string(),
    }),
});
