/**
 * Label `job` of everything of this program's own that is scraped: rules and dashboards select by it, so it must never
 * change. It is the same in every stack; the label `namespace` tells the stacks' meshes apart.
 */
export const JOBS = {
    /** Mesh pods. */
    mesh: "x0tta6bl4",
    /** SPIRE servers. */
    spireServer: "spire-server",
    /** Controller manager beside each SPIRE server. */
    spireManager: "spire-controller-manager",
    /** SPIRE agents. */
    spireAgent: "spire-agent",
    /** Controller of Argo Rollouts, where it is this stack's. */
    delivery: "argo-rollouts",
} as const;
