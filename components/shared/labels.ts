import type { Environment } from "../../settings/shared/environments";

/** Kubernetes labels. */
export type Labels = Readonly<Record<string, string>>;

/**
 * Labels that select an app's pods. Selectors are immutable, so these labels must never change:
 * they contain no version and nothing that depends on a setting.
 */
export function selectorLabels(app: string, environment: Environment): Labels {
    return { "app.kubernetes.io/name": app, environment: environment.name };
}

/** Label selector for API requests: comma-separated `name=value` pairs. */
export function labelSelector(wanted: Labels): string {
    return Object.entries(wanted)
        .map(([label, value]) => `${label}=${value}`)
        .join(",");
}

/** Labels of every object of an app: the recommended Kubernetes labels, plus the environment. */
export function labels(app: string, component: string, environment: Environment): Labels {
    return {
        ...selectorLabels(app, environment),
        "app.kubernetes.io/component": component,
        "app.kubernetes.io/part-of": "x0tta6bl4-mesh",
        "app.kubernetes.io/managed-by": "pulumi",
    };
}
