/** Kinds of clusters that `x0 cluster` finds or creates. */
export const KINDS = ["k3s", "k3d", "kind", "minikube", "embedded", "existing"] as const;

/** Kind of a cluster. */
export type ClusterKind = (typeof KINDS)[number];

/** Options of the command line; options that a kind does not have are unset. */
export interface ClusterRequest {
    /** Stack, e.g. `staging`. */
    readonly stack: string;
    /** Stack file; default: `Pulumi.STACK.yaml`. */
    readonly configFile?: string;
    /** Name of a new cluster. */
    readonly name: string;
    /** Number of nodes of a new cluster, control plane included. */
    readonly nodes: number;
    /** Kubernetes version of a new cluster; `undefined`: the default of its CLI. */
    readonly kubernetes?: string;
    /** Context of an existing cluster. */
    readonly context?: string;
    /** Kubeconfig of an existing cluster. */
    readonly kubeconfig?: string;
    /** Create without asking. */
    readonly yes: boolean;
    /** Move a stack that belongs to another cluster. */
    readonly repoint: boolean;
    /** Let the stacks share the cluster. */
    readonly share: boolean;
}

/** Options of a new cluster's size, as {@link ClusterRequest} has them by default. */
export const NEW_CLUSTER = { name: "x0tta6bl4", nodes: 1 } as const;
