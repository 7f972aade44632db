import type { ResolvedMeshSettings } from "../../settings";
import type { Environment } from "../../settings/shared/environments";
import type { SpireSettings } from "../../settings/schema";
import type { PrometheusAddress } from "../delivery/args";
import type { RuleContext } from "../monitoring/rules/types";

/**
 * Arguments of {@link MeshApp}: plain values, because they determine which objects exist and are validated
 * before anything is created.
 */
export interface MeshAppArgs {
    /** Names that depend on the stack: label, name prefix. */
    readonly environment: Environment;
    /** Settings of the app. */
    readonly settings: ResolvedMeshSettings;
    /** Settings of SPIRE: trust domain and address of the server. */
    readonly spire: SpireSettings;
    /** What judges a new version; only with canaries and an analysis. */
    readonly analysis?: MeshAnalysis;
    /** Decisions from the live objects. Default: those of a new stack. */
    readonly live?: MeshLive;
}

/** Evidence by which a canary is evaluated. */
export interface MeshAnalysis {
    /** Context of the alerts about the mesh, with their thresholds. */
    readonly context: RuleContext;
    /** Prometheus that is queried. */
    readonly prometheus: PrometheusAddress;
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
     * takes ownership of the count by force; otherwise the API server reports a conflict. Default: false.
     */
    readonly takeReplicas?: boolean;
    /**
     * Pods of the workload that this update replaces by one of another kind; the new one starts with as many. Default: no
     * workload of another kind.
     */
    readonly replacedReplicas?: number;
    /** Whether the cluster supports sidecar containers (Kubernetes 1.29 and newer). Default: true. */
    readonly sidecars?: boolean;
}

/** Settings as the state records them: a rolling delivery, which is the default, is left out. */
export function recorded<T extends Pick<ResolvedMeshSettings, "delivery">>(settings: T): Omit<T, "delivery"> | T {
    const { delivery, ...others } = settings;
    return delivery.type === "rolling" ? others : settings;
}
