import { parseDuration } from "../../settings/shared/duration";
import { withoutIdentity } from "../../settings/spire/identityConstraints";
import type { SpireArgs } from "./args";
import { CONTROLLER_MANAGER } from "./names";
import { SERVER_SOCKET } from "./paths";
import { PORTS } from "../../settings/spire/ports";

/** Key of the controller manager's configuration in the server's ConfigMap. */
export const MANAGER_CONFIG_FILE = "controller-manager.json";

/** Nanoseconds per second: `gcInterval` is a number of nanoseconds and accepts no string. */
const NANOSECONDS = 1_000_000_000;

/** The controller manager's configuration. */
export function managerConfig({ settings }: SpireArgs) {
    const { clusterName, trustDomain, serverNamespace, server } = settings;
    return {
        apiVersion: "spire.spiffe.io/v1alpha1",
        kind: "ControllerManagerConfig",
        clusterName,
        clusterDomain: "cluster.local",
        trustDomain,
        // Without a prefix it would delete every entry that it did not create.
        entryIDPrefix: clusterName,
        ignoreNamespaces: withoutIdentity(settings).map((namespace) => `^${namespace}$`),
        gcInterval: (parseDuration(server.controllerManager.gcInterval) ?? 0) * NANOSECONDS,
        spireServerSocketPath: SERVER_SOCKET,
        logLevel: server.controllerManager.logLevel,
        logEncoding: "json",
        metrics: { bindAddress: `:${PORTS.managerMetrics}` },
        health: { healthProbeBindAddress: `:${PORTS.managerHealth}` },
        // Only the elected replica writes; the others are on standby.
        leaderElection: {
            leaderElect: true,
            resourceName: CONTROLLER_MANAGER,
            resourceNamespace: serverNamespace,
        },
    };
}
