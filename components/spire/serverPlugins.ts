import type { SpireArgs } from "./args";
import { AGENT, BUNDLE_CONFIG_MAP, BUNDLE_KEY } from "./names";
import { SERVER_PATHS } from "./paths";

type Server = SpireArgs["settings"]["server"];
type Database = Exclude<Server["datastore"], { type: "sqlite" }>;

/** Plugin data by plugin name. */
type Plugins = Record<string, { plugin_data: unknown }>[];

/** Environment variable with the PostgreSQL password; lib/pq reads it directly. */
export const POSTGRES_PASSWORD = "PGPASSWORD";

/** Environment variable with the MySQL password; expanded in the configuration. */
export const MYSQL_PASSWORD = "SPIRE_DATASTORE_PASSWORD";

/** The `plugins` of the server's configuration. */
export function serverPlugins({ settings }: SpireArgs): Record<string, Plugins> {
    const { server, clusterName, systemNamespace } = settings;
    const plugins: [string, string, unknown][] = [
        ["DataStore", "sql", datastore(server.datastore)],
        keyManager(server.keyManager),
        [
            "NodeAttestor",
            "k8s_psat",
            { clusters: [{ [clusterName]: { service_account_allow_list: [`${systemNamespace}:${AGENT}`] } }] },
        ],
        [
            "BundlePublisher",
            "k8s_configmap",
            {
                clusters: [
                    {
                        [clusterName]: {
                            configmap_name: BUNDLE_CONFIG_MAP,
                            configmap_key: BUNDLE_KEY,
                            namespace: systemNamespace,
                            format: "pem",
                        },
                    },
                ],
            },
        ],
        ...upstreamAuthority(settings),
        ...server.extraPlugins.map(({ type, name, config }): [string, string, unknown] => [type, name, config]),
    ];
    const types = [...new Set(plugins.map(([type]) => type))];
    return Object.fromEntries(
        types.map((type) => [
            type,
            plugins.filter(([other]) => other === type).map(([, name, data]) => ({ [name]: { plugin_data: data } })),
        ]),
    );
}

function datastore(settings: Server["datastore"]) {
    switch (settings.type) {
        case "sqlite":
            return { database_type: "sqlite3", connection_string: `${SERVER_PATHS.data}/datastore.sqlite3` };
        case "postgres":
            return {
                database_type: "postgres",
                connection_string: postgresConnection(settings),
                ...connections(settings),
            };
        case "mysql":
            return {
                database_type: "mysql",
                connection_string: mysqlConnection(settings),
                ...certificate(settings, "caKey", "root_ca_path"),
                ...certificate(settings, "clientCertKey", "client_cert_path"),
                ...certificate(settings, "clientKeyKey", "client_key_path"),
                ...connections(settings),
            };
    }
}

function connections({ maxOpenConnections }: Database) {
    return maxOpenConnections === undefined ? {} : { max_open_conns: maxOpenConnections };
}

function certificate({ secret }: Database, key: "caKey" | "clientCertKey" | "clientKeyKey", name: string) {
    return secret[key] === undefined ? {} : { [name]: `${SERVER_PATHS.datastore}/${secret[key]}` };
}

/** libpq connection string, without the password. */
function postgresConnection(settings: Database & { type: "postgres" }): string {
    return Object.entries({
        host: settings.host,
        port: settings.port,
        dbname: settings.database,
        user: settings.user,
        sslmode: settings.sslMode,
        ...certificate(settings, "caKey", "sslrootcert"),
        ...certificate(settings, "clientCertKey", "sslcert"),
        ...certificate(settings, "clientKeyKey", "sslkey"),
    })
        .map(([name, value]) => `${name}=${value}`)
        .join(" ");
}

function mysqlConnection({ user, host, port, database, secret }: Database): string {
    // With a custom CA, SPIRE sets the TLS configuration itself.
    const tls = secret.caKey === undefined ? "&tls=true" : "";
    return `${user}:\${${MYSQL_PASSWORD}}@tcp(${host}:${port})/${database}?parseTime=true${tls}`;
}

function keyManager(settings: Server["keyManager"]): [string, string, unknown] {
    switch (settings.type) {
        case "disk":
            return ["KeyManager", "disk", { keys_path: `${SERVER_PATHS.data}/keys.json` }];
        case "memory":
            return ["KeyManager", "memory", {}];
        default:
            return ["KeyManager", settings.type, { ...keyIdentifier(settings), ...settings.config }];
    }
}

/**
 * Configuration that distinguishes a server's keys in a cloud KMS from those of other servers, unless the settings
 * provide it.
 */
function keyIdentifier(settings: Server["keyManager"]) {
    const file = keyIdentifierFile(settings);
    return file === undefined ? {} : { key_identifier_file: file };
}

/** File that holds the identifier of a server's keys in a cloud KMS; `undefined` if there is none. */
export function keyIdentifierFile(settings: Server["keyManager"]): string | undefined {
    return settings.type === "disk" || settings.type === "memory" || settings.config.key_identifier_value !== undefined
        ? undefined
        : `${SERVER_PATHS.data}/key-identifier`;
}

function upstreamAuthority({ server, serverNamespace }: SpireArgs["settings"]): [string, string, unknown][] {
    const { upstreamAuthority: settings } = server;
    switch (settings.type) {
        case "none":
            return [];
        case "disk":
            return [
                [
                    "UpstreamAuthority",
                    "disk",
                    {
                        cert_file_path: `${SERVER_PATHS.upstream}/${settings.certKey}`,
                        key_file_path: `${SERVER_PATHS.upstream}/${settings.keyKey}`,
                        ...(settings.bundleKey === undefined
                            ? {}
                            : { bundle_file_path: `${SERVER_PATHS.upstream}/${settings.bundleKey}` }),
                    },
                ],
            ];
        case "cert-manager":
            return [
                [
                    "UpstreamAuthority",
                    "cert-manager",
                    {
                        namespace: settings.namespace ?? serverNamespace,
                        issuer_name: settings.issuerName,
                        issuer_kind: settings.issuerKind,
                        issuer_group: settings.issuerGroup,
                    },
                ],
            ];
    }
}
