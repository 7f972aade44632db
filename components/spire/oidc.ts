import type { types } from "@pulumi/kubernetes";
import { SOCKET_DIRECTORY } from "../../settings/spire/constraints";
import { checksum } from "../shared/checksum";
import { selectorLabels } from "../shared/labels";
import { restrictedContainer } from "../shared/podSecurity";
import { AGENT_SOCKET } from "./agentConfig";
import type { SpireArgs } from "./args";
import { image, imagePullSecrets } from "./images";
import { goMemoryLimit } from "../shared/goMemory";
import { releaseLabels } from "./metadata";
import { CSI_DRIVER_NAME, OIDC_PROVIDER } from "./names";
import { PORTS } from "../../settings/spire/ports";
import { json, serverPodSecurity } from "./server";

/** Key of the provider's configuration in its ConfigMap. */
const CONFIG_FILE = "oidc-discovery-provider.conf";

/** Mount paths of the configuration and the certificate. */
const PATHS = { config: "/run/oidc/config", tls: "/run/oidc/tls" } as const;

/** Small, since the provider only keeps one key set in memory. */
const RESOURCES = { requests: { cpu: "20m", memory: "32Mi" }, limits: { cpu: "100m", memory: "64Mi" } };

/** Data of the provider's ConfigMap. */
export function oidcConfigData({ settings }: SpireArgs): Record<string, string> {
    return {
        [CONFIG_FILE]: json({
            log_level: "info",
            log_format: "JSON",
            domains: settings.oidcProvider.domains,
            serving_cert_file: {
                cert_file_path: `${PATHS.tls}/tls.crt`,
                key_file_path: `${PATHS.tls}/tls.key`,
                addr: `:${PORTS.oidc}`,
            },
            workload_api: { socket_path: AGENT_SOCKET, trust_domain: settings.trustDomain },
            health_checks: { bind_port: String(PORTS.health), live_path: "/live", ready_path: "/ready" },
        }),
    };
}

/** Specification of the OIDC discovery provider's Deployment. Its pods meet Pod Security level `restricted`. */
export function oidcSpec(args: SpireArgs): types.input.apps.v1.DeploymentSpec {
    const { oidcProvider } = args.settings;
    const matchLabels = selectorLabels(OIDC_PROVIDER, args.environment);
    return {
        replicas: oidcProvider.replicas,
        revisionHistoryLimit: 5,
        selector: { matchLabels },
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        template: {
            metadata: {
                labels: releaseLabels(args, OIDC_PROVIDER),
                annotations: { "checksum/config": checksum(oidcConfigData(args)) },
            },
            spec: {
                serviceAccountName: OIDC_PROVIDER,
                automountServiceAccountToken: false,
                enableServiceLinks: false,
                securityContext: serverPodSecurity,
                imagePullSecrets: imagePullSecrets(args),
                containers: [container(args)],
                volumes: [
                    { name: "config", configMap: { name: OIDC_PROVIDER } },
                    { name: "tls", secret: { secretName: oidcProvider.tlsSecretName, defaultMode: 0o440 } },
                    { name: "socket", csi: { driver: CSI_DRIVER_NAME, readOnly: true } },
                ],
            },
        },
    };
}

function container(args: SpireArgs): types.input.core.v1.Container {
    const probe = (path: string) => ({ httpGet: { path, port: "health" }, periodSeconds: 10, timeoutSeconds: 5 });
    return {
        name: OIDC_PROVIDER,
        ...image(args, "oidcProvider"),
        args: ["-config", `${PATHS.config}/${CONFIG_FILE}`],
        ports: [
            { name: "https", containerPort: PORTS.oidc, protocol: "TCP" },
            { name: "health", containerPort: PORTS.health, protocol: "TCP" },
        ],
        env: [goMemoryLimit(RESOURCES.limits.memory)],
        resources: RESOURCES,
        startupProbe: { ...probe("/live"), failureThreshold: 30 },
        livenessProbe: { ...probe("/live"), failureThreshold: 5 },
        readinessProbe: { ...probe("/ready"), failureThreshold: 3 },
        securityContext: restrictedContainer,
        volumeMounts: [
            { name: "config", mountPath: PATHS.config, readOnly: true },
            { name: "tls", mountPath: PATHS.tls, readOnly: true },
            { name: "socket", mountPath: SOCKET_DIRECTORY, readOnly: true },
        ],
    };
}

/** Specification of the provider's Service; an Ingress or load balancer passes TLS through to it. */
export function oidcService(args: SpireArgs): types.input.core.v1.ServiceSpec {
    return {
        type: "ClusterIP",
        selector: selectorLabels(OIDC_PROVIDER, args.environment),
        ports: [{ name: "https", port: 443, targetPort: "https", protocol: "TCP" }],
    };
}
