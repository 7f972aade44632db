import type { types } from "@pulumi/kubernetes";
import type { SpireArgs } from "./args";
import { BUNDLE_CONFIG_MAP, CONTROLLER_MANAGER } from "./names";

type Rules = types.input.rbac.v1.PolicyRule[];

/** Cluster-wide rules of the server: review agents' tokens, and read their pods and nodes. */
export const SERVER_CLUSTER_RULES: Rules = [
    { apiGroups: ["authentication.k8s.io"], resources: ["tokenreviews"], verbs: ["create"] },
    { apiGroups: [""], resources: ["nodes", "pods"], verbs: ["get"] },
];

/**
 * Cluster-wide rules of the controller manager: watch the objects that receive identities, and update the status of its
 * own kinds.
 */
export const MANAGER_CLUSTER_RULES: Rules = [
    { apiGroups: [""], resources: ["namespaces", "nodes", "pods", "endpoints"], verbs: ["get", "list", "watch"] },
    {
        apiGroups: ["spire.spiffe.io"],
        resources: ["clusterspiffeids", "clusterstaticentries", "clusterfederatedtrustdomains"],
        verbs: ["get", "list", "watch"],
    },
    {
        apiGroups: ["spire.spiffe.io"],
        resources: ["clusterspiffeids/status", "clusterstaticentries/status", "clusterfederatedtrustdomains/status"],
        verbs: ["get", "patch", "update"],
    },
];

/** Rules of the server in the agents' namespace: publish the trust bundle in its ConfigMap, and only there. */
export const BUNDLE_RULES: Rules = [
    {
        apiGroups: [""],
        resources: ["configmaps"],
        resourceNames: [BUNDLE_CONFIG_MAP],
        // `create` with a resource name works here: the server uses server-side apply, whose create requests are
        // authorized with the name.
        verbs: ["get", "create", "patch"],
    },
];

/** Rules of the controller manager in the server's namespace: leader election. */
export const LEADER_RULES: Rules = [
    { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create"] },
    {
        apiGroups: ["coordination.k8s.io"],
        resources: ["leases"],
        resourceNames: [CONTROLLER_MANAGER],
        verbs: ["get", "update"],
    },
    { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
];

/** Rules of the server in the namespace of its cert-manager CertificateRequests. */
export const CERT_MANAGER_RULES: Rules = [
    {
        apiGroups: ["cert-manager.io"],
        resources: ["certificaterequests"],
        verbs: ["get", "list", "create", "delete"],
    },
];

/**
 * Cluster-wide rules of the agents: list the pods of their node through the kubelet. They have no access to the API
 * server.
 */
export function agentClusterRules({ kubeletApi }: Pick<SpireArgs, "kubeletApi">): Rules {
    return [{ apiGroups: [""], resources: [kubeletApi], verbs: ["get"] }];
}
