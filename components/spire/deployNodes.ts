import { DaemonSet } from "@pulumi/kubernetes/apps/v1";
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import { CSIDriver } from "@pulumi/kubernetes/storage/v1";
import type * as pulumi from "@pulumi/pulumi";
import { agentConfigData, agentSpec } from "./agent";
import type { SpireArgs } from "./args";
import { csiDriverSpec, csiSpec } from "./csi";
import { partLabels, releaseLabels } from "./metadata";
import { AGENT, CSI_DRIVER, CSI_DRIVER_NAME } from "./names";
import { agentClusterRules } from "./rbac";
import type { Site } from "./site";

/** Context in which the per-node parts of SPIRE are created. */
export interface NodePlace {
    /** Logical name of the component. */
    readonly name: string;
    /** The component, parent of all resources. */
    readonly parent: pulumi.Resource;
    /** The agents' namespace. */
    readonly system: Site;
    /** The server's StatefulSet: agents need its trust bundle, and must not be newer than the server. */
    readonly server: pulumi.Resource;
}

/** Creates the agents, then the CSI driver that mounts their socket into pods. @returns both DaemonSets. */
export function deployNodes(args: SpireArgs, { name, parent, system, server }: NodePlace): pulumi.Resource[] {
    const opts = { parent };
    const account = system.serviceAccount(AGENT);
    const permission = system.clusterRole(AGENT, account, agentClusterRules(args));
    const config = new ConfigMap(
        `${name}-agent-config`,
        { metadata: system.metadata(AGENT), data: agentConfigData(args) },
        opts,
    );
    const policies = system.networkPolicies;
    const leave = system.criticalPods(args.settings.agent.priorityClassName);
    const agents = new DaemonSet(
        `${name}-agent`,
        { metadata: system.metadata(AGENT, releaseLabels(args, AGENT)), spec: agentSpec(args) },
        { ...opts, dependsOn: [server, permission, config, ...policies, ...leave] },
    );

    const driverAccount = system.serviceAccount(CSI_DRIVER);
    const driver = new CSIDriver(
        `${name}-csi-driver`,
        {
            metadata: {
                name: CSI_DRIVER_NAME,
                labels: {
                    ...partLabels(args, CSI_DRIVER),
                    // Tells admission plugins that inline volumes of the driver are allowed in `restricted` namespaces.
                    "security.kubernetes.io/csi-ephemeral-volume-profile": "restricted",
                },
            },
            spec: csiDriverSpec,
        },
        opts,
    );
    const drivers = new DaemonSet(
        `${name}-csi`,
        { metadata: system.metadata(CSI_DRIVER), spec: csiSpec(args) },
        // Created after the agents and deleted before them, so that a pod never mounts a socket that no agent serves.
        { ...opts, dependsOn: [agents, driverAccount, driver, ...policies, ...leave] },
    );
    return [agents, drivers];
}
