/** Ports inside the pods. Only the server's own is a setting, since nothing outside uses the others. */
export const PORTS = {
    /** Health of server, agent and OIDC provider. */
    health: 8080,
    /** Prometheus metrics of server and agent. */
    metrics: 9988,
    /** Prometheus metrics of the controller manager. */
    managerMetrics: 8082,
    /** Health of the controller manager. */
    managerHealth: 8083,
    /** Health of the CSI registrar. */
    registrarHealth: 9809,
    /** Trust bundle for other trust domains. */
    bundleEndpoint: 8443,
    /** OIDC discovery, TLS. */
    oidc: 8443,
} as const;
