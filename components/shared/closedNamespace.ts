import { Namespace } from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { mapOrNone } from "./compact";
import type { Labels } from "./labels";
import { type PodSecurityLevel, podSecurityLabels } from "./podSecurity";

/** Specification of a NetworkPolicy. */
export type PolicySpec = types.input.networking.v1.NetworkPolicySpec;

/** Selects every current and future pod of a namespace, and allows neither ingress nor egress. */
const DEFAULT_DENY: PolicySpec = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };

/** Arguments of {@link closedNamespace}. */
export interface ClosedNamespaceArgs {
    /** Name of the namespace. */
    readonly name: string;
    /** Labels of the namespace; the Pod Security labels are added. */
    readonly labels: Labels;
    /** Annotations of the namespace, e.g. policy exemptions, each with its reason. Default: none. */
    readonly annotations?: Labels;
    /** Pod Security Standards level that the namespace enforces. */
    readonly level: PodSecurityLevel;
    /** Version of the Pod Security Standards, e.g. `latest` or `v1.36`. */
    readonly podSecurityVersion: string;
    /** Allowed traffic: NetworkPolicy specifications by name; `undefined` leaves the namespace open. */
    readonly allowed: Readonly<Record<string, PolicySpec>> | undefined;
    /** Logical name of a NetworkPolicy; must never change. */
    readonly policyResource: (policy: string) => string;
    /** Name, labels and annotations of a NetworkPolicy. */
    readonly policyMetadata: (policy: string) => {
        readonly name: string;
        readonly labels: Labels;
        readonly annotations?: Labels;
    };
}

/** A namespace with its NetworkPolicies. */
export interface ClosedNamespace {
    /** The namespace. */
    readonly namespace: Namespace;
    /** NetworkPolicies of the namespace, including `default-deny`; empty when the namespace is open. */
    readonly policies: readonly NetworkPolicy[];
}

/**
 * Creates a namespace that enforces a Pod Security level and denies all ingress and egress traffic that is not
 * explicitly allowed.
 * @param resource Logical name of the namespace.
 */
export function closedNamespace(resource: string, args: ClosedNamespaceArgs, parent: pulumi.Resource): ClosedNamespace {
    const namespace = new Namespace(
        resource,
        {
            metadata: {
                name: args.name,
                annotations: mapOrNone(args.annotations ?? {}),
                labels: { ...args.labels, ...podSecurityLabels(args.level, args.podSecurityVersion) },
            },
        },
        { parent },
    );
    const specs: Readonly<Record<string, PolicySpec>> =
        args.allowed === undefined ? {} : { "default-deny": DEFAULT_DENY, ...args.allowed };
    const policies = Object.entries(specs).map(
        ([policy, spec]) =>
            new NetworkPolicy(
                args.policyResource(policy),
                { metadata: { ...args.policyMetadata(policy), namespace: namespace.metadata.name }, spec },
                { parent },
            ),
    );
    return { namespace, policies };
}
