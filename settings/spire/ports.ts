/**
 * Container ports. Only the server API port is a setting, since nothing outside the pods is configured with the others.
 */
export const PORTS = {
    /** Health checks of server, agent and OIDC provider. */
    health: 8080,
    /** Prometheus metrics of server and agent. */
    metrics: 9988,
    /** Prometheus metrics of the controller manager. */
    managerMetrics: 8082,
    /** Health checks of the controller manager. */
    managerHealth: 8083,
    /** Health checks of the CSI registrar. */
    registrarHealth: 9809,
    /** Bundle endpoint, which serves the trust bundle to other trust domains. */
    bundleEndpoint: 8443,
    /** OIDC discovery over TLS. */
    oidc: 8443,
} as const;
