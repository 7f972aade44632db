import { Namespace } from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { PriorityClass } from "@pulumi/kubernetes/scheduling/v1";
import type * as pulumi from "@pulumi/pulumi";
import { type PodSecurityLevel, podSecurityLabels } from "../podSecurity";
import type { MonitoringArgs } from "./args";
import { partLabels } from "./labels";
import { PRIORITY_CLASS } from "./names";
import { networkPolicySpecs, nodeNetworkPolicySpecs } from "./networkPolicies";

/** Above every workload that names no class (0), below what the cluster itself lives on (2,000,000,000). */
const PRIORITY = 1_000_000;

/**
 * What the chart's pods live in: both namespaces, closed by NetworkPolicies, and their PriorityClass.
 * @returns everything that must be there before the chart.
 */
export function deployHome(args: MonitoringArgs, name: string, parent: pulumi.Resource): pulumi.Resource[] {
    const { settings } = args;
    const priority = new PriorityClass(
        `${name}-priority`,
        {
            metadata: { name: PRIORITY_CLASS, labels: partLabels(args, PRIORITY_CLASS) },
            value: PRIORITY,
            description: "Monitoring: pods that must see trouble while it lasts",
        },
        { parent },
    );
    const namespace = (logicalName: string, namespaceName: string, level: PodSecurityLevel) =>
        new Namespace(
            `${name}-${logicalName}`,
            {
                metadata: {
                    name: namespaceName,
                    labels: {
                        ...partLabels(args, namespaceName),
                        ...podSecurityLabels(level, settings.podSecurityVersion),
                    },
                },
            },
            { parent },
        );
    const main = namespace("namespace", settings.namespace, "restricted");
    const nodes = namespace("node-namespace", settings.nodeNamespace, "privileged");
    const policies = settings.networkPolicy.enabled
        ? [
              ...closed(args, `${name}-policy`, main, networkPolicySpecs(args), parent),
              ...closed(args, `${name}-node-policy`, nodes, nodeNetworkPolicySpecs(), parent),
          ]
        : [];
    return [priority, main, nodes, ...policies];
}

function closed(
    args: MonitoringArgs,
    name: string,
    namespace: Namespace,
    specs: ReturnType<typeof networkPolicySpecs>,
    parent: pulumi.Resource,
): NetworkPolicy[] {
    return Object.entries(specs).map(
        ([policy, spec]) =>
            new NetworkPolicy(
                `${name}-${policy}`,
                {
                    metadata: {
                        name: policy,
                        namespace: namespace.metadata.name,
                        labels: partLabels(args, policy),
                    },
                    spec,
                },
                { parent },
            ),
    );
}
