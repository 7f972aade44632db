import { Namespace } from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { PriorityClass } from "@pulumi/kubernetes/scheduling/v1";
import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { type PodSecurityLevel, podSecurityLabels } from "../shared/podSecurity";
import type { MonitoringArgs } from "./args";
import { partLabels } from "./labels";
import { PRIORITY_CLASS } from "./names";
import { DEFAULT_DENY, networkPolicySpecs } from "./networkPolicies";

/** Above every workload that names no class (0), below what the cluster itself lives on (2,000,000,000). */
const PRIORITY = 1_000_000;

/**
 * What the chart's pods live in: both namespaces, closed by NetworkPolicies, and their PriorityClass.
 * @returns everything that must be there before the chart.
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
        ...closedNamespace(args, { name, of: namespace, level: "restricted", rules: networkPolicySpecs(args), parent }),
        ...closedNamespace(args, {
            name: `${name}-node`,
            of: nodeNamespace,
            level: "privileged",
            rules: { "default-deny": DEFAULT_DENY },
            parent,
        }),
    ];
}

/** The namespace of rules and dashboards where no chart lives in it: nothing runs there. */
export function deployEmptyHome(args: MonitoringArgs, name: string, parent: pulumi.Resource): pulumi.Resource[] {
    const rules = { "default-deny": DEFAULT_DENY };
    return closedNamespace(args, { name, of: args.settings.namespace, level: "restricted", rules, parent });
}

/** A namespace to make: its name, its Pod Security level and its NetworkPolicies. */
interface Closed {
    readonly name: string;
    readonly of: string;
    readonly level: PodSecurityLevel;
    readonly rules: Record<string, types.input.networking.v1.NetworkPolicySpec>;
    readonly parent: pulumi.Resource;
}

function closedNamespace(args: MonitoringArgs, { name, of, level, rules, parent }: Closed): pulumi.Resource[] {
    const { podSecurityVersion, networkPolicy } = args.settings;
    const namespace = new Namespace(
        `${name}-namespace`,
        {
            metadata: {
                name: of,
                labels: { ...partLabels(args, of), ...podSecurityLabels(level, podSecurityVersion) },
            },
        },
        { parent },
    );
    const policies = Object.entries(networkPolicy.enabled ? rules : {}).map(
        ([policy, spec]) =>
            new NetworkPolicy(
                `${name}-policy-${policy}`,
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
    return [namespace, ...policies];
}
