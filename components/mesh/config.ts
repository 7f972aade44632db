import { stringify } from "yaml";
import { checksum } from "../shared/checksum";
import { isRollout } from "../../settings/mesh/delivery";
import type { OWN_ENV } from "../../settings/mesh/ownEnv";
import type { MeshAppArgs } from "./args";
import { meshNames, versioned } from "./names";

/** Mount path of the ConfigMap's files in the container. */
export const CONFIG_PATH = "/etc/x0tta6bl4";

/** Keys of the ConfigMap that are set as environment variables of the container. */
export const CONFIG_ENV_KEYS = [
    "LOG_LEVEL",
    "SPIFFE_TRUST_DOMAIN",
    "SPIRE_SERVER_ADDR",
    "METRICS_ENABLED",
    "METRICS_PORT",
    "PROFILING_ENABLED",
] as const satisfies readonly (keyof typeof OWN_ENV)[];

/** Content of the mesh's ConfigMap: variables, the MAPE-K settings and the feature configuration. */
export function configData(args: MeshAppArgs): Record<string, string> {
    const { settings, spire } = args;
    return {
        LOG_LEVEL: settings.logLevel,
        SPIFFE_TRUST_DOMAIN: spire.trustDomain,
        SPIRE_SERVER_ADDR: spireServerAddress(args),
        METRICS_ENABLED: String(settings.metrics.enabled),
        METRICS_PORT: String(settings.ports.metrics),
        PROFILING_ENABLED: String(settings.profiling),
        "mape_k_config.yaml": stringify(mapeKConfig(args)),
        "config.yaml": stringify(featureConfig(args)),
    };
}

/**
 * Name of the ConfigMap. With a Rollout it is that of its content: pods of the old version keep theirs, also when they
 * restart or the new version is aborted.
 */
export function configMapName(args: MeshAppArgs): string {
    const { configMap } = meshNames(args.environment);
    return isRollout(args.settings.delivery) ? versioned(configMap, checksum(configData(args))) : configMap;
}

/** `host:port` of the SPIRE server, inside the cluster. */
export function spireServerAddress({ spire }: Pick<MeshAppArgs, "spire">): string {
    return `spire-server.${spire.serverNamespace}:${spire.serverPort}`;
}

/** `mape_k_config.yaml`, in the app's own spelling. */
function mapeKConfig({ settings: { mapeK } }: MeshAppArgs) {
    return {
        monitor: { interval: mapeK.monitor.interval, timeout: mapeK.monitor.timeout },
        analyzer: { rules_engine: mapeK.analyzer.rulesEngine, cache_enabled: mapeK.analyzer.cacheEnabled },
        planner: { optimization: mapeK.planner.optimization },
        executor: { max_parallel: mapeK.executor.maxParallel, retry_count: mapeK.executor.retryCount },
    };
}

/** `config.yaml`: ports and features, in the spelling of the replaced chart. */
function featureConfig({ settings, spire }: MeshAppArgs) {
    return {
        mesh: { port: settings.ports.mesh, apiPort: settings.ports.http, metricsPort: settings.ports.metrics },
        zeroTrust: settings.zeroTrust,
        spiffe: {
            enabled: settings.spireSocket.type !== "none",
            trustDomain: spire.trustDomain,
            ...(settings.spireSocket.type === "none" ? {} : { endpointSocket: endpointSocket(settings) }),
        },
        obfuscation: settings.obfuscation,
        networking: settings.networking,
        dao: settings.dao,
    };
}

/** Address of the SPIFFE Workload API in the container. */
export function endpointSocket(settings: MeshAppArgs["settings"]): string {
    return `unix://${settings.spireSocket.path}/agent.sock`;
}
