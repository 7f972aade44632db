import type { types } from "@pulumi/kubernetes";

/** API permissions of the mesh: read its environment, change nothing, read no Secrets. */
export const CLUSTER_ROLE_RULES: types.input.rbac.v1.PolicyRule[] = [
    { apiGroups: [""], resources: ["configmaps", "pods", "services"], verbs: ["get", "list", "watch"] },
    { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "list", "watch"] },
];
