import type { types } from "@pulumi/kubernetes";
import type { SpireArgs } from "./args";
import { BUNDLE_CONFIG_MAP, CONTROLLER_MANAGER } from "./names";

type Rules = types.input.rbac.v1.PolicyRule[];

/** The server in the whole cluster: check agents' tokens and look at their pods and nodes. */
export const SERVER_CLUSTER_RULES: Rules = [
    { apiGroups: ["authentication.k8s.io"], resources: ["tokenreviews"], verbs: ["create"] },
    { apiGroups: [""], resources: ["nodes", "pods"], verbs: ["get"] },
];

/** The controller manager in the whole cluster: watch what gets identities, and report on its own kinds. */
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

/** The server in the agents' namespace: publish the trust bundle, that ConfigMap only. */
export const BUNDLE_RULES: Rules = [
    {
        apiGroups: [""],
        resources: ["configmaps"],
        resourceNames: [BUNDLE_CONFIG_MAP],
        // Create by name: the server applies, and an apply that creates is checked with its name.
        verbs: ["get", "create", "patch"],
    },
];

/** The controller manager in the server's namespace: elect the one that writes. */
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

/** The server where cert-manager's requests are. */
export const CERT_MANAGER_RULES: Rules = [
    {
        apiGroups: ["cert-manager.io"],
        resources: ["certificaterequests"],
        verbs: ["get", "list", "create", "delete"],
    },
];

/** The agents: list the pods of their node at its kubelet. Nothing at the API server. */
export function agentClusterRules({ kubeletApi }: Pick<SpireArgs, "kubeletApi">): Rules {
    return [{ apiGroups: [""], resources: [kubeletApi], verbs: ["get"] }];
}
