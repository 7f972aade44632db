import { PriorityClass } from "@pulumi/kubernetes/scheduling/v1";
import type * as pulumi from "@pulumi/pulumi";
import { closedNamespace, type PolicySpec } from "../shared/closedNamespace";
import type { PodSecurityLevel } from "../shared/podSecurity";
import type { MonitoringArgs } from "./args";
import { partLabels } from "./labels";
import { PRIORITY_CLASS } from "./names";
import { networkPolicySpecs } from "./networkPolicies";

/**
 * Priority above workloads without a PriorityClass (0), and below the system classes of the cluster (2,000,000,000).
 */
const PRIORITY = 1_000_000;

/**
 * Creates the environment of the chart's pods: both namespaces, with default-deny NetworkPolicies, and their
 * PriorityClass.
 * @returns all resources that must exist before the chart is installed.
 */
export function deployHome(args: MonitoringArgs, name: string, parent: pulumi.Resource): pulumi.Resource[] {
    const priority = new PriorityClass(
        `${name}-priority`,
        {
            metadata: { name: PRIORITY_CLASS, labels: partLabels(args, PRIORITY_CLASS) },
            value: PRIORITY,
            description: "Monitoring: pods that must see trouble while it lasts",
        },
        { parent },
    );
    const { namespace, nodeNamespace } = args.settings;
    return [
        priority,
        ...home(args, name, namespace, "restricted", networkPolicySpecs(args), parent),
        ...home(args, `${name}-node`, nodeNamespace, "privileged", {}, parent),
    ];
}

/** Creates the namespace of rules and dashboards for a stack that does not install the chart: no pods run in it. */
export function deployEmptyHome(args: MonitoringArgs, name: string, parent: pulumi.Resource): pulumi.Resource[] {
    return home(args, name, args.settings.namespace, "restricted", {}, parent);
}

/** Creates a namespace of monitoring. @returns the namespace and its NetworkPolicies. */
function home(
    args: MonitoringArgs,
    name: string,
    namespace: string,
    level: PodSecurityLevel,
    allowed: Record<string, PolicySpec>,
    parent: pulumi.Resource,
): pulumi.Resource[] {
    const { podSecurityVersion, networkPolicy } = args.settings;
    const made = closedNamespace(
        `${name}-namespace`,
        {
            name: namespace,
            labels: partLabels(args, namespace),
            level,
            podSecurityVersion,
            allowed: networkPolicy.enabled ? allowed : undefined,
            policyResource: (policy) => `${name}-policy-${policy}`,
            policyMetadata: (policy) => ({ name: policy, labels: partLabels(args, policy) }),
        },
        parent,
    );
    return [made.namespace, ...made.policies];
}
