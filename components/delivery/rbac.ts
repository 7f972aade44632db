import type { types } from "@pulumi/kubernetes";

/** Lease by which controllers elect the one that works; `defaultLeaderElectionLeaseLockName` of its source. */
const LEASE = "argo-rollouts-controller-lock";

/** Names of its own objects, which it reads where they are; this program makes none of them. */
const OWN = {
    configMaps: ["argo-rollouts-config", "argo-rollouts-notification-configmap"],
    secrets: ["argo-rollouts-notification-secret"],
};

/**
 * What the controller may do, in the mesh's namespace alone. Less than its own Role: no Secret and no ConfigMap of the
 * mesh, no Deployment, no change of a Service that it does not switch, and nothing of traffic routers, Jobs and notifications, which this program
 * does not use. It lists Services, Ingresses, Jobs and Experiments, since it does not start without these caches.
 */
const RULES: types.input.rbac.v1.PolicyRule[] = [
    {
        apiGroups: ["argoproj.io"],
        resources: ["rollouts", "rollouts/status", "rollouts/finalizers"],
        verbs: ["get", "list", "watch", "update", "patch"],
    },
    {
        apiGroups: ["argoproj.io"],
        resources: ["analysisruns", "analysisruns/finalizers"],
        verbs: ["create", "get", "list", "watch", "update", "patch", "delete"],
    },
    {
        apiGroups: ["argoproj.io"],
        resources: ["analysistemplates", "experiments"],
        verbs: ["get", "list", "watch"],
    },
    {
        apiGroups: ["apps"],
        resources: ["replicasets"],
        verbs: ["create", "get", "list", "watch", "update", "patch", "delete"],
    },
    { apiGroups: [""], resources: ["pods"], verbs: ["list", "watch", "update"] },
    { apiGroups: [""], resources: ["pods/eviction"], verbs: ["create"] },
    { apiGroups: [""], resources: ["services"], verbs: ["get", "list", "watch"] },
    { apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs: ["list", "watch"] },
    { apiGroups: ["batch"], resources: ["jobs"], verbs: ["list", "watch"] },
    { apiGroups: [""], resources: ["events"], verbs: ["create", "patch", "update"] },
    {
        apiGroups: [""],
        resources: ["configmaps"],
        resourceNames: OWN.configMaps,
        verbs: ["get", "list", "watch"],
    },
    { apiGroups: [""], resources: ["secrets"], resourceNames: OWN.secrets, verbs: ["get", "list", "watch"] },
    // A create has no name yet, so no rule can name it.
    { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create"] },
    { apiGroups: ["coordination.k8s.io"], resources: ["leases"], resourceNames: [LEASE], verbs: ["get", "update"] },
];

/**
 * Rules of the controller's Role.
 * @param switched Names of the Services whose selectors it switches, which it may change.
 */
export function controllerRules(switched: readonly string[]): types.input.rbac.v1.PolicyRule[] {
    return switched.length === 0
        ? RULES
        : [...RULES, { apiGroups: [""], resources: ["services"], resourceNames: [...switched], verbs: ["patch"] }];
}
