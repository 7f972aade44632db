/**
 * Label `job` of this program's scrape targets: rules and dashboards select by it, so it must never
 * change. It is the same in every stack; the label `namespace` distinguishes the meshes of the stacks.
 */
export const JOBS = {
    /** Mesh pods. */
    mesh: "x0tta6bl4",
    /** SPIRE servers. */
    spireServer: "spire-server",
    /** Controller managers in the pods of the SPIRE servers. */
    spireManager: "spire-controller-manager",
    /** SPIRE agents. */
    spireAgent: "spire-agent",
    /** Controller of Argo Rollouts, where it is this stack's. */
    delivery: "argo-rollouts",
} as const;
