import type { types } from "@pulumi/kubernetes";

/** What the mesh may do with the API server: look at its neighbourhood, change nothing, read no Secret. */
export const CLUSTER_ROLE_RULES: types.input.rbac.v1.PolicyRule[] = [
    { apiGroups: [""], resources: ["configmaps", "pods", "services"], verbs: ["get", "list", "watch"] },
    { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "list", "watch"] },
];
