import { StatefulSet } from "@pulumi/kubernetes/apps/v1";
import { ConfigMap, Service } from "@pulumi/kubernetes/core/v1";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1";
import type * as pulumi from "@pulumi/pulumi";
import type { SpireArgs } from "./args";
import { bundleEndpointService } from "./federation";
import { releaseLabels } from "./metadata";
import { BUNDLE_CONFIG_MAP, BUNDLE_ENDPOINT, CONTROLLER_MANAGER, SERVER, TRUST_DOMAIN_ANNOTATION } from "./names";
import { BUNDLE_RULES, CERT_MANAGER_RULES, LEADER_RULES, MANAGER_CLUSTER_RULES, SERVER_CLUSTER_RULES } from "./rbac";
import { serverBudget, serverConfigData, serverService, serverSpec } from "./server";
import type { Site } from "./site";

/** Context in which the server's resources are created. */
export interface ServerPlace {
    /** Logical name of the component. */
    readonly name: string;
    /** The component, parent of all resources. */
    readonly parent: pulumi.Resource;
    /** The server's namespace. */
    readonly home: Site;
    /** The agents' namespace, to which the server publishes the trust bundle. */
    readonly system: Site;
    /** Resources that must exist before the server starts. */
    readonly after: pulumi.Resource[];
}

/** Creates the servers with their dependencies. @returns the StatefulSet, ready once all servers are. */
export function deployServer(args: SpireArgs, { name, parent, home, system, after }: ServerPlace): StatefulSet {
    const { server, federation } = args.settings;
    const opts = { parent };
    const account = home.serviceAccount(SERVER, server.serviceAccountAnnotations);
    const permissions = [
        home.clusterRole(SERVER, account, SERVER_CLUSTER_RULES),
        home.clusterRole(CONTROLLER_MANAGER, account, MANAGER_CLUSTER_RULES),
        home.role(CONTROLLER_MANAGER, account, LEADER_RULES),
        system.role(BUNDLE_CONFIG_MAP, account, BUNDLE_RULES),
        ...(server.upstreamAuthority.type === "cert-manager"
            ? [home.role("spire-cert-manager", account, CERT_MANAGER_RULES, server.upstreamAuthority.namespace)]
            : []),
    ];
    const config = new ConfigMap(
        `${name}-server-config`,
        { metadata: home.metadata(SERVER), data: serverConfigData(args) },
        opts,
    );
    const service = new Service(
        `${name}-server-service`,
        {
            metadata: {
                ...home.metadata(SERVER),
                // The StatefulSet needs the Service first, and the Service has no ready pod before the StatefulSet
                // exists.
                annotations: { "pulumi.com/skipAwait": "true" },
            },
            spec: serverService(args),
        },
        opts,
    );
    const policies = home.networkPolicies;
    const leave = home.criticalPods(server.scheduling.priorityClassName);
    const statefulSet = new StatefulSet(
        `${name}-server`,
        {
            metadata: {
                ...home.metadata(SERVER, releaseLabels(args, SERVER)),
                annotations: { [TRUST_DOMAIN_ANNOTATION]: args.settings.trustDomain },
            },
            spec: serverSpec(args),
        },
        { ...opts, dependsOn: [...after, ...permissions, config, service, ...policies, ...leave] },
    );
    if (server.replicas > 1) {
        new PodDisruptionBudget(
            `${name}-server-disruption-budget`,
            { metadata: home.metadata(SERVER), spec: serverBudget(args) },
            opts,
        );
    }
    if (federation.enabled) {
        new Service(
            `${name}-bundle-endpoint`,
            { metadata: home.metadata(BUNDLE_ENDPOINT), spec: bundleEndpointService(args) },
            { ...opts, dependsOn: statefulSet },
        );
    }
    return statefulSet;
}
