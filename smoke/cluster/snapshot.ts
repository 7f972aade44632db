import type {
    V1ClusterRole,
    V1ClusterRoleBinding,
    V1ConfigMap,
    V1Deployment,
    V1EndpointSlice,
    V1Namespace,
    V1NetworkPolicy,
    V1Node,
    V1Pod,
    V1PodDisruptionBudget,
    V1RoleBinding,
    V1Service,
    V1ServiceAccount,
    V2HorizontalPodAutoscaler,
} from "@kubernetes/client-node";
import type { PortFinding } from "../../preflight/mesh/ports";
import type { Permission } from "../permissions";
import type { Lookup } from "./lookup";
import type { MonitoringSnapshot } from "./monitoring";
import type { MonitorsSnapshot } from "./monitors";
import type { SpireSnapshot } from "./spire";

/** The relevant part of a Secret: never its values. */
export interface SecretKeys {
    /** Type of the Secret, e.g. `Opaque`. */
    readonly type: string;
    /** Names of its keys. */
    readonly keys: readonly string[];
    /** Names of keys whose value is empty. */
    readonly empty: readonly string[];
}

/** Answer of the API server to one SubjectAccessReview. */
export interface AccessAnswer {
    /** What was asked. */
    readonly permission: Permission;
    /** Whether the app's ServiceAccount may do it. */
    readonly allowed: Lookup<boolean>;
}

/** Answer of Pod Security and other admission to a server-side dry run of the pod template. */
export interface Admission {
    /** Texts of the `Warning` headers. */
    readonly warnings: readonly string[];
}

/** Answer of one pod to one HTTP GET through the API server. */
export interface PodAnswer {
    /** Name of the pod. */
    readonly pod: string;
    /** Path that was asked for, e.g. `/health`. */
    readonly path: string;
    /** HTTP status and the beginning of the body; or why there was no answer. */
    readonly answer: Lookup<{ readonly status: number; readonly body: string }>;
}

/** Everything that the checks look at, read once. */
export interface Snapshot {
    /** The mesh's Namespace. */
    readonly namespace: Lookup<V1Namespace>;
    /** The app's Deployment. */
    readonly deployment: Lookup<V1Deployment>;
    /** How the Rollout delivers, with canaries; `deployment` is the Rollout then. */
    readonly canary?: unknown;
    /** Pods that the Deployment's selector chooses and that are not being deleted. */
    readonly pods: Lookup<V1Pod[]>;
    /** All Services of the namespace. */
    readonly services: Lookup<V1Service[]>;
    /** All EndpointSlices of the namespace. */
    readonly endpointSlices: Lookup<V1EndpointSlice[]>;
    /** The app's ConfigMap. */
    readonly configMap: Lookup<V1ConfigMap>;
    /** Keys of the app's Secret. */
    readonly secret: Lookup<SecretKeys>;
    /** The app's ServiceAccount. */
    readonly serviceAccount: Lookup<V1ServiceAccount>;
    /** The app's ClusterRole. */
    readonly clusterRole: Lookup<V1ClusterRole>;
    /** ClusterRoleBindings that name the ServiceAccount. */
    readonly clusterRoleBindings: Lookup<V1ClusterRoleBinding[]>;
    /** RoleBindings of the namespace that name the ServiceAccount. */
    readonly roleBindings: Lookup<V1RoleBinding[]>;
    /** Answers to the SubjectAccessReviews of `permissions.ts`. */
    readonly access: readonly AccessAnswer[];
    /** HorizontalPodAutoscalers whose target is the Deployment. */
    readonly autoscalers: Lookup<V2HorizontalPodAutoscaler[]>;
    /** All PodDisruptionBudgets of the namespace. */
    readonly disruptionBudgets: Lookup<V1PodDisruptionBudget[]>;
    /** All NetworkPolicies of the namespace. */
    readonly networkPolicies: Lookup<V1NetworkPolicy[]>;
    /** All nodes of the cluster. */
    readonly nodes: Lookup<V1Node[]>;
    /** What there is of SPIRE. */
    readonly spire: SpireSnapshot;
    /** Monitors and dashboards. */
    readonly monitors: MonitorsSnapshot;
    /** What there is of the monitoring chart. */
    readonly monitoring: MonitoringSnapshot;
    /** Dry run of the pod template. */
    readonly admission: Lookup<Admission>;
    /** What of the settings' ports answers, and what the app listens on. */
    readonly ports: readonly PortFinding[];
    /** Answers of pods on real nodes; empty when all run on simulated ones. */
    readonly http: readonly PodAnswer[];
}
