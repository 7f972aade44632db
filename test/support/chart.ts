/** A packed kube-prometheus-stack, instead of the source that a stack names: tests fetch nothing. */
export const CHART = process.env.X0TTA6BL4_CHART;

/** For the title of a test: why it is skipped, or sees less, where there is no chart; empty where there is one. */
export function withoutChart(consequence: string): string {
    return CHART === undefined
        ? ` (${consequence}: X0TTA6BL4_CHART names no packed chart of the version that the stacks name)`
        : "";
}
