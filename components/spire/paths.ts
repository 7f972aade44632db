/** Paths in the server's containers. */
export const SERVER_PATHS = {
    /** ConfigMap with the configuration of server and controller manager. */
    config: "/run/spire/config",
    /** Keys and SQLite file. */
    data: "/run/spire/data",
    /** Server API; shared with the controller manager only. */
    socketDirectory: "/run/spire/server-sockets",
    /** Secret of the upstream authority. */
    upstream: "/run/spire/upstream",
    /** Certificates of the database. */
    datastore: "/run/spire/datastore",
    /** Certificate of the bundle endpoint. */
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
    /** Own SVID and cache; apart from the socket, which every workload can see. */
    data: "/var/lib/spire/agent",
    /** Token that proves the node. */
    token: "/var/run/secrets/tokens",
    /** CA of the kubelet, where it is not the cluster's. */
    kubeletCa: "/run/spire/kubelet-ca",
} as const;
