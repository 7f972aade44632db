/** What the settings decide of the dashboards: where their colours change. */
export interface DashboardContext {
    /** Whether this stack makes SPIRE. */
    readonly ownSpire: boolean;
    /** Latency (p95, s) from which an alert fires. */
    readonly highLatencySeconds: number;
    /** Share of failed requests from which an alert fires. */
    readonly highErrorRatio: number;
    /**
     * Life (s) that SPIRE's CA has left when its successor takes over, so the least that it ever has while all is
     * well: a sixth of its life, 7 days at most (SPIRE 1.15, pkg/server/ca/manager/slot.go).
     */
    readonly caHandOverSeconds: number;
}
