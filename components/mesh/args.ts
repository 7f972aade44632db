import type { ResolvedMeshSettings } from "../../settings";
import type { Environment } from "../../settings/shared/environments";
import type { SpireSettings } from "../../settings/schema";

/**
 * Arguments of {@link MeshApp}: plain values, since they decide which objects exist and are validated
 * before anything is created.
 */
export interface MeshAppArgs {
    /** What the stack's name decides: label, name prefix. */
    readonly environment: Environment;
    /** Settings of the app. */
    readonly settings: ResolvedMeshSettings;
    /** Trust domain and place of the SPIRE server. */
    readonly spire: SpireSettings;
    /** Decisions from the live objects. Default: those of a new stack. */
    readonly live?: MeshLive;
}

/**
 * What generates the operator's key: `password` for every new key. `bytes` keeps a key of an earlier release, which is
 * in clear text in the state because the ID of a RandomBytes resource is its value.
 */
export type OperatorKeySource = "password" | "bytes";

/** What the live objects decide about the mesh. */
export interface MeshLive {
    /** What generates the operator's key. Default: `password`. */
    readonly operatorKey?: OperatorKeySource;
    /**
     * Whether an autoscaler set the live replica count and the settings no longer ask for one. The Deployment then
     * takes the count over by force; without that the API server reports a conflict. Default: false.
     */
    readonly takeReplicas?: boolean;
    /** Whether the cluster has sidecar containers (Kubernetes 1.29 and newer). Default: true. */
    readonly sidecars?: boolean;
}
