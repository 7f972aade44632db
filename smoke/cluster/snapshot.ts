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
import type { ReadRollout } from "./workload";
import type { MonitorsSnapshot } from "./monitors";
import type { SpireSnapshot } from "./spire";

/** The relevant parts of a Secret, never its values. */
export interface SecretKeys {
    /** Type of the Secret, e.g. `Opaque`. */
    readonly type: string;
    /** Names of its keys. */
    readonly keys: readonly string[];
    /** Names of keys whose value is empty. */
    readonly empty: readonly string[];
}

/** Response of the API server to a SubjectAccessReview. */
export interface AccessAnswer {
    /** The permission under review. */
    readonly permission: Permission;
    /** Whether the app's ServiceAccount has the permission. */
    readonly allowed: Lookup<boolean>;
}

/** Response of admission, including Pod Security, to a server-side dry run of the pod template. */
export interface Admission {
    /** Texts of the `Warning` headers. */
    readonly warnings: readonly string[];
}

/** Response of a pod to an HTTP GET request through the API server's proxy. */
export interface PodAnswer {
    /** Name of the pod. */
    readonly pod: string;
    /** Requested path, e.g. `/health`. */
    readonly path: string;
    /** HTTP status and the beginning of the body; or why there was no response. */
    readonly answer: Lookup<{ readonly status: number; readonly body: string }>;
}

/** Everything that the checks need, read once. */
export interface Snapshot {
    /** The mesh's Namespace. */
    readonly namespace: Lookup<V1Namespace>;
    /** The app's Deployment. */
    readonly deployment: Lookup<V1Deployment>;
    /** The Rollout, where one delivers; `deployment` is the Rollout then. */
    readonly rollout?: ReadRollout;
    /** Pods that the Deployment selects and that are not being deleted. */
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
    /** ClusterRoleBindings whose subject is the ServiceAccount. */
    readonly clusterRoleBindings: Lookup<V1ClusterRoleBinding[]>;
    /** RoleBindings in the namespace whose subject is the ServiceAccount. */
    readonly roleBindings: Lookup<V1RoleBinding[]>;
    /** Responses to the SubjectAccessReviews for `permissions.ts`. */
    readonly access: readonly AccessAnswer[];
    /** HorizontalPodAutoscalers whose target is the Deployment. */
    readonly autoscalers: Lookup<V2HorizontalPodAutoscaler[]>;
    /** All PodDisruptionBudgets of the namespace. */
    readonly disruptionBudgets: Lookup<V1PodDisruptionBudget[]>;
    /** All NetworkPolicies of the namespace. */
    readonly networkPolicies: Lookup<V1NetworkPolicy[]>;
    /** All nodes of the cluster. */
    readonly nodes: Lookup<V1Node[]>;
    /** Objects of SPIRE. */
    readonly spire: SpireSnapshot;
    /** Monitors and dashboards. */
    readonly monitors: MonitorsSnapshot;
    /** Objects of the monitoring chart. */
    readonly monitoring: MonitoringSnapshot;
    /** Result of the dry run of the pod template. */
    readonly admission: Lookup<Admission>;
    /** Which ports in the settings respond, and which ports the app listens on. */
    readonly ports: readonly PortFinding[];
    /** Responses of pods on real nodes; empty if all run on simulated nodes. */
    readonly http: readonly PodAnswer[];
}
