import type { types } from "@pulumi/kubernetes";
import { checksum } from "../shared/checksum";
import { listOrNone } from "../shared/compact";
import { selectorLabels } from "../shared/labels";
import { restrictedContainer } from "../shared/podSecurity";
import { podScheduling } from "../shared/scheduling";
import type { SpireArgs } from "./args";
import { image, imagePullSecrets } from "./images";
import { MANAGER_CONFIG_FILE, managerConfig } from "./managerConfig";
import { goMemoryLimit } from "../shared/goMemory";
import { releaseLabels } from "./metadata";
import { CONTROLLER_MANAGER, SERVER } from "./names";
import { SERVER_PATHS } from "./paths";
import { PORTS } from "../../settings/spire/ports";
import { helperProbes, spireProbes } from "./probes";
import { SERVER_CONFIG_FILE, serverConfig } from "./serverConfig";
import { MYSQL_PASSWORD, POSTGRES_PASSWORD } from "./serverPlugins";
import { dataClaims, MANAGER_MOUNTS, serverMounts, serverVolumes } from "./serverVolumes";

type Container = types.input.core.v1.Container;
type EnvVar = types.input.core.v1.EnvVar;

/**
 * User ID of the server's image; the controller manager must run as the same user, since the socket is accessible to
 * owner and group only.
 */
export const SERVER_USER = 1000;

/** Data of the server's ConfigMap. */
export function serverConfigData(args: SpireArgs): Record<string, string> {
    return {
        [SERVER_CONFIG_FILE]: json(serverConfig(args)),
        [MANAGER_CONFIG_FILE]: json(managerConfig(args)),
    };
}

/** Indented JSON, readable in the output of `kubectl describe configmap`. */
export function json(value: unknown): string {
    return `${JSON.stringify(value, null, 2)}\n`;
}

/** Specification of the servers' StatefulSet. Its pods meet Pod Security level `restricted`. */
export function serverSpec(args: SpireArgs): types.input.apps.v1.StatefulSetSpec {
    const { server } = args.settings;
    const matchLabels = selectorLabels(SERVER, args.environment);
    return {
        replicas: server.replicas,
        serviceName: SERVER,
        selector: { matchLabels },
        revisionHistoryLimit: 5,
        // One server at a time: the first migrates the database, and an invalid configuration stops the rollout at the
        // last server.
        podManagementPolicy: "OrderedReady",
        updateStrategy: { type: "RollingUpdate" },
        volumeClaimTemplates: listOrNone(dataClaims(args)),
        template: {
            metadata: {
                labels: releaseLabels(args, SERVER),
                annotations: {
                    "checksum/config": checksum(serverConfigData(args)),
                    "kubectl.kubernetes.io/default-container": SERVER,
                },
            },
            spec: {
                serviceAccountName: SERVER,
                // TokenReviews, the trust bundle's ConfigMap and registration entries all need the API server.
                automountServiceAccountToken: true,
                enableServiceLinks: false,
                ...(server.auditLog ? sharedProcesses : {}),
                securityContext: serverPodSecurity,
                terminationGracePeriodSeconds: server.terminationGracePeriodSeconds,
                imagePullSecrets: imagePullSecrets(args),
                ...podScheduling(server.scheduling, matchLabels),
                containers: [serverContainer(args), managerContainer(args)],
                volumes: serverVolumes(args),
            },
        },
    };
}

/**
 * With the audit log enabled, a server rejects callers of its socket whose process it cannot resolve (SPIRE's
 * peertracker). The controller manager is such a caller, because it runs in another container. Both run as the same
 * user, so sharing the process namespace exposes nothing new.
 */
const sharedProcesses = { shareProcessNamespace: true };

/** Pod security context of all pods in the server's namespace. */
export const serverPodSecurity = {
    runAsNonRoot: true,
    runAsUser: SERVER_USER,
    runAsGroup: SERVER_USER,
    fsGroup: SERVER_USER,
    fsGroupChangePolicy: "OnRootMismatch",
    seccompProfile: { type: "RuntimeDefault" },
} satisfies types.input.core.v1.PodSecurityContext;

function serverContainer(args: SpireArgs): Container {
    const { server, serverPort, federation } = args.settings;
    return {
        name: SERVER,
        ...image(args, "server"),
        args: [...(expandsEnv(args) ? ["-expandEnv"] : []), "-config", `${SERVER_PATHS.config}/${SERVER_CONFIG_FILE}`],
        env: [goMemoryLimit(server.resources.limits.memory), ...secretEnv(args)],
        ports: [
            { name: "grpc", containerPort: serverPort, protocol: "TCP" },
            { name: "health", containerPort: PORTS.health, protocol: "TCP" },
            { name: "metrics", containerPort: PORTS.metrics, protocol: "TCP" },
            ...(federation.enabled ? [{ name: "bundle", containerPort: PORTS.bundleEndpoint, protocol: "TCP" }] : []),
        ],
        resources: server.resources,
        ...spireProbes("health"),
        securityContext: restrictedContainer,
        volumeMounts: serverMounts(args),
    };
}

function managerContainer(args: SpireArgs): Container {
    const { resources } = args.settings.server.controllerManager;
    return {
        name: CONTROLLER_MANAGER,
        ...image(args, "controllerManager"),
        args: [`--config=${SERVER_PATHS.config}/${MANAGER_CONFIG_FILE}`],
        env: [
            // The CRD schemas validate custom resources; webhooks would block the first update.
            { name: "ENABLE_WEBHOOKS", value: "false" },
            goMemoryLimit(resources.limits.memory),
        ],
        ports: [
            { name: "manager-metrics", containerPort: PORTS.managerMetrics, protocol: "TCP" },
            { name: "manager-health", containerPort: PORTS.managerHealth, protocol: "TCP" },
        ],
        resources,
        ...helperProbes("manager-health", "/healthz", "/readyz"),
        securityContext: restrictedContainer,
        volumeMounts: MANAGER_MOUNTS,
    };
}

/**
 * Whether `$NAME` in the configuration is expanded from the environment; the configuration then cannot contain a
 * literal dollar sign.
 */
function expandsEnv({ settings: { server } }: SpireArgs): boolean {
    return server.datastore.type === "mysql" || server.env.length > 0;
}

function secretEnv({ settings: { server } }: SpireArgs): EnvVar[] {
    const fromSecret = (name: string, secretName: string, key: string): EnvVar => ({
        name,
        valueFrom: { secretKeyRef: { name: secretName, key } },
    });
    const { datastore } = server;
    return [
        ...(datastore.type === "sqlite"
            ? []
            : [
                  fromSecret(
                      datastore.type === "postgres" ? POSTGRES_PASSWORD : MYSQL_PASSWORD,
                      datastore.secret.name,
                      datastore.secret.passwordKey,
                  ),
              ]),
        ...server.env.map(({ name, secretName, key }) => fromSecret(name, secretName, key)),
    ];
}

/**
 * Specification of the headless Service, which resolves to all ready servers, so agents spread their calls over them.
 */
export function serverService(args: SpireArgs): types.input.core.v1.ServiceSpec {
    return {
        type: "ClusterIP",
        clusterIP: "None",
        selector: selectorLabels(SERVER, args.environment),
        ports: [{ name: "grpc", port: args.settings.serverPort, targetPort: "grpc", protocol: "TCP" }],
    };
}

/**
 * Specification of the PodDisruptionBudget: a drain evicts one server at a time; servers that are not ready do not
 * block a drain.
 */
export function serverBudget(args: SpireArgs): types.input.policy.v1.PodDisruptionBudgetSpec {
    return {
        maxUnavailable: 1,
        unhealthyPodEvictionPolicy: "AlwaysAllow",
        selector: { matchLabels: selectorLabels(SERVER, args.environment) },
    };
}
