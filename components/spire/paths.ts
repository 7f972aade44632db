/** Paths in the server's containers. */
export const SERVER_PATHS = {
    /** ConfigMap with the configuration of the server and the controller manager. */
    config: "/run/spire/config",
    /** Keys and the SQLite database. */
    data: "/run/spire/data",
    /** Socket of the server API; shared only with the controller manager. */
    socketDirectory: "/run/spire/server-sockets",
    /** Secret for the upstream authority. */
    upstream: "/run/spire/upstream",
    /** TLS certificates for the database connection. */
    datastore: "/run/spire/datastore",
    /** TLS certificate of the bundle endpoint. */
    federation: "/run/spire/federation",
} as const;

/** The server's API socket. */
export const SERVER_SOCKET = `${SERVER_PATHS.socketDirectory}/api.sock`;

/** Paths in the agent's container. */
export const AGENT_PATHS = {
    /** ConfigMap with the agent's configuration. */
    config: "/run/spire/config",
    /** Trust bundle that the server publishes. */
    bundle: "/run/spire/bundle",
    /** The agent's own SVID and cache; kept apart from the socket directory, which every workload can read. */
    data: "/var/lib/spire/agent",
    /** Projected token for node attestation. */
    token: "/var/run/secrets/tokens",
    /** CA of the kubelet, if it is not the cluster CA. */
    kubeletCa: "/run/spire/kubelet-ca",
} as const;
