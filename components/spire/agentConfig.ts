import { SOCKET_DIRECTORY } from "../../settings/spire/constraints";
import type { SpireArgs } from "./args";
import { BUNDLE_KEY, SERVER } from "./names";
import { AGENT_PATHS } from "./paths";
import { healthChecks, TELEMETRY } from "./serverConfig";

/** Key of the agent's configuration in its ConfigMap. */
export const AGENT_CONFIG_FILE = "agent.conf";

/** File name of the token for node attestation. */
export const AGENT_TOKEN_FILE = "spire-agent";

/** Socket of the Workload API. */
export const AGENT_SOCKET = `${SOCKET_DIRECTORY}/agent.sock`;

/** The agent's configuration. */
export function agentConfig({ settings, mesh }: SpireArgs) {
    const { agent, trustDomain, serverNamespace, serverPort, clusterName } = settings;
    return {
        agent: {
            trust_domain: trustDomain,
            // A headless Service, so that calls are spread over all servers.
            server_address: `${SERVER}.${serverNamespace}.svc`,
            server_port: String(serverPort),
            socket_path: AGENT_SOCKET,
            data_dir: AGENT_PATHS.data,
            log_level: agent.logLevel,
            log_format: "json",
            trust_bundle_path: `${AGENT_PATHS.bundle}/${BUNDLE_KEY}`,
            trust_bundle_format: "pem",
            // With SPIRE's default, `never`, an agent that no longer trusts the server needs manual repair.
            rebootstrap_mode: "always",
            rebootstrap_delay: agent.rebootstrapDelay,
            // Envoy's SDS API is used only if proxies request it; disabling it reduces attack surface and memory.
            ...(mesh.certifiesProxies === true ? sds(settings) : { disable_sds_api: true }),
        },
        plugins: {
            NodeAttestor: [
                {
                    k8s_psat: {
                        plugin_data: { cluster: clusterName, token_path: `${AGENT_PATHS.token}/${AGENT_TOKEN_FILE}` },
                    },
                },
            ],
            // A restarted agent attests again, so its key does not need to be persisted.
            KeyManager: [{ memory: { plugin_data: {} } }],
            WorkloadAttestor: [{ k8s: { plugin_data: kubelet(agent.kubeletVerification) } }],
        },
        health_checks: healthChecks,
        telemetry: TELEMETRY,
    };
}

/**
 * Envoy's API as Istio's proxies ask it: `default` for the certificate and `ROOTCA` for the bundle are SPIRE's own defaults.
 * With foreign trust domains ROOTCA has to hold their bundles as well (SPIRE integration in Istio's documentation).
 */
function sds({ federation }: SpireArgs["settings"]) {
    return federation.trustDomains.length === 0
        ? { disable_sds_api: false }
        : { disable_sds_api: false, sds: { default_bundle_name: "null", default_all_bundles_name: "ROOTCA" } };
}

function kubelet(verification: SpireArgs["settings"]["agent"]["kubeletVerification"]) {
    const nodeName = { node_name_env: "MY_NODE_NAME" };
    switch (verification.type) {
        case "skip":
            return { ...nodeName, skip_kubelet_verification: true };
        case "clusterCA":
            return nodeName;
        case "hostFile":
            return { ...nodeName, kubelet_ca_path: `${AGENT_PATHS.kubeletCa}/ca.crt` };
        case "configMap":
            return { ...nodeName, kubelet_ca_path: `${AGENT_PATHS.kubeletCa}/${verification.key}` };
    }
}
