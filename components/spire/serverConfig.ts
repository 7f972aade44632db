import type { SpireArgs } from "./args";
import { SERVER_PATHS, SERVER_SOCKET } from "./paths";
import { PORTS } from "../../settings/spire/ports";
import { serverPlugins } from "./serverPlugins";

/** Key of the server's configuration in its ConfigMap. */
export const SERVER_CONFIG_FILE = "server.conf";

/** The server's configuration; SPIRE reads JSON as well as HCL. */
export function serverConfig(args: SpireArgs) {
    const { server, trustDomain, serverPort, federation } = args.settings;
    return {
        server: {
            trust_domain: trustDomain,
            bind_address: "0.0.0.0",
            bind_port: String(serverPort),
            socket_path: SERVER_SOCKET,
            data_dir: SERVER_PATHS.data,
            log_level: server.logLevel,
            log_format: "json",
            ca_ttl: server.caTtl,
            ca_key_type: server.caKeyType,
            ca_subject: [
                {
                    ...(server.caSubject.country === undefined ? {} : { country: [server.caSubject.country] }),
                    organization: [server.caSubject.organization],
                    common_name: server.caSubject.commonName ?? trustDomain,
                },
            ],
            default_x509_svid_ttl: server.svidTtl,
            default_jwt_svid_ttl: server.jwtSvids.ttl,
            disable_jwt_svids: !server.jwtSvids.enabled,
            ...jwtIssuer(args),
            ...(server.agentTtl === undefined ? {} : { agent_ttl: server.agentTtl }),
            audit_log_enabled: server.auditLog,
            prune_attested_nodes_expired_for: server.pruneExpiredNodesAfter,
            ratelimit: { attestation: server.rateLimit.attestation, signing: server.rateLimit.signing },
            ...(federation.enabled ? { federation: { bundle_endpoint: bundleEndpoint(args) } } : {}),
        },
        plugins: serverPlugins(args),
        health_checks: healthChecks,
        telemetry: TELEMETRY,
    };
}

/**
 * The `iss` claim of JWT-SVIDs: OIDC clients accept only tokens whose issuer is the URL from which they fetch the keys.
 */
function jwtIssuer({ settings: { oidcProvider } }: SpireArgs) {
    const [domain] = oidcProvider.enabled ? oidcProvider.domains : [];
    return domain === undefined ? {} : { jwt_issuer: `https://${domain}` };
}

/**
 * Health check endpoints, listening on all addresses because the kubelet probes from outside the pod; disabled by
 * default in SPIRE.
 */
export const healthChecks = {
    listener_enabled: true,
    bind_address: "0.0.0.0",
    bind_port: String(PORTS.health),
    live_path: "/live",
    ready_path: "/ready",
};

/** Telemetry configuration that exposes metrics to Prometheus. */
export const TELEMETRY = [{ Prometheus: [{ host: "0.0.0.0", port: PORTS.metrics }] }];

function bundleEndpoint({ settings: { federation } }: SpireArgs) {
    const { profile } = federation;
    return {
        address: "0.0.0.0",
        port: PORTS.bundleEndpoint,
        profile:
            profile.type === "https_spiffe"
                ? [{ https_spiffe: {} }]
                : [
                      {
                          https_web: [
                              {
                                  serving_cert_file: {
                                      cert_file_path: `${SERVER_PATHS.federation}/tls.crt`,
                                      key_file_path: `${SERVER_PATHS.federation}/tls.key`,
                                      // Documented as optional, but SPIRE 1.15 does not start without it.
                                      file_sync_interval: "1h",
                                  },
                              },
                          ],
                      },
                  ],
    };
}
