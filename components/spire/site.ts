import { type Namespace, ResourceQuota, ServiceAccount } from "@pulumi/kubernetes/core/v1";
import type { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { closedNamespace, type PolicySpec } from "../shared/closedNamespace";
import { mapOrNone } from "../shared/compact";
import type { PodSecurityLevel } from "../shared/podSecurity";
import type { SpireArgs } from "./args";
import { partLabels } from "./metadata";

const RBAC = "rbac.authorization.k8s.io";

/** A namespace of SPIRE, with factories for the objects that all parts of SPIRE create alike. */
export class Site {
    /** The namespace. */
    public readonly namespace: Namespace;
    /** NetworkPolicies of the namespace; empty when they are disabled. */
    public readonly networkPolicies: readonly NetworkPolicy[];

    /**
     * @param name Prefix of the logical names of all resources.
     * @param namespaceName Name of the namespace.
     * @param allowed Allowed traffic: NetworkPolicy specifications by name.
     */
    constructor(
        private readonly name: string,
        private readonly args: SpireArgs,
        namespaceName: string,
        level: PodSecurityLevel,
        allowed: Record<string, PolicySpec>,
        private readonly parent: { readonly parent: pulumi.Resource },
    ) {
        const { podSecurityVersion, networkPolicy } = args.settings;
        const made = closedNamespace(
            `${name}-namespace`,
            {
                name: namespaceName,
                labels: partLabels(args, namespaceName),
                level,
                podSecurityVersion,
                allowed: networkPolicy.enabled ? allowed : undefined,
                policyResource: (policy) => `${name}-${policy}`,
                policyMetadata: (policy) => ({ name: policy, labels: partLabels(args, policy) }),
            },
            parent.parent,
        );
        this.namespace = made.namespace;
        this.networkPolicies = made.policies;
    }

    /** Metadata of a namespaced object. */
    public metadata(objectName: string, labels = partLabels(this.args, objectName)) {
        return { name: objectName, namespace: this.namespace.metadata.name, labels };
    }

    /** ServiceAccount of one app; token automounting is left to the pod specs. */
    public serviceAccount(app: string, annotations: Record<string, string> = {}): ServiceAccount {
        return new ServiceAccount(
            `${this.name}-${app}`,
            {
                metadata: { ...this.metadata(app), annotations: mapOrNone(annotations) },
                automountServiceAccountToken: false,
            },
            this.parent,
        );
    }

    /** Grants cluster-wide permissions to a ServiceAccount of this namespace. */
    public clusterRole(
        roleName: string,
        account: ServiceAccount,
        rules: types.input.rbac.v1.PolicyRule[],
    ): ClusterRoleBinding {
        const metadata = { name: roleName, labels: partLabels(this.args, roleName) };
        const role = new ClusterRole(`${this.name}-${roleName}-cluster-role`, { metadata, rules }, this.parent);
        return new ClusterRoleBinding(
            `${this.name}-${roleName}-cluster-role-binding`,
            {
                metadata,
                roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: role.metadata.name },
                subjects: [subject(account)],
            },
            this.parent,
        );
    }

    /** Grants permissions in this namespace, or in `namespace`, to a ServiceAccount of any namespace. */
    public role(
        roleName: string,
        account: ServiceAccount,
        rules: types.input.rbac.v1.PolicyRule[],
        namespace: pulumi.Input<string> = this.namespace.metadata.name,
    ): RoleBinding {
        const metadata = { ...this.metadata(roleName), namespace };
        const role = new Role(`${this.name}-${roleName}-role`, { metadata, rules }, this.parent);
        return new RoleBinding(
            `${this.name}-${roleName}-role-binding`,
            {
                metadata,
                roleRef: { apiGroup: RBAC, kind: "Role", name: role.metadata.name },
                subjects: [subject(account)],
            },
            this.parent,
        );
    }

    /**
     * ResourceQuota that allows pods with one of the built-in system PriorityClasses: GKE, for example, admits these
     * only in namespaces with such a quota. Empty for other classes, which need none.
     */
    public criticalPods(priorityClassName: string): ResourceQuota[] {
        return priorityClassName.startsWith("system-")
            ? [
                  new ResourceQuota(
                      `${this.name}-critical-pods`,
                      {
                          metadata: this.metadata("critical-pods"),
                          spec: {
                              hard: { pods: "1G" },
                              scopeSelector: {
                                  matchExpressions: [
                                      { scopeName: "PriorityClass", operator: "In", values: [priorityClassName] },
                                  ],
                              },
                          },
                      },
                      this.parent,
                  ),
              ]
            : [];
    }
}

function subject(account: ServiceAccount): types.input.rbac.v1.Subject {
    return { kind: "ServiceAccount", name: account.metadata.name, namespace: account.metadata.namespace };
}
