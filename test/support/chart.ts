/** A packed kube-prometheus-stack, instead of the source that a stack names: tests fetch nothing. */
export const CHART = process.env.X0TTA6BL4_CHART;

/** Suffix of a test's title: why it is skipped, or checks less, without a chart; empty if there is a chart. */
export function withoutChart(consequence: string): string {
    return CHART === undefined
        ? ` (${consequence}: X0TTA6BL4_CHART names no packed chart of the version that the stacks name)`
        : "";
}
