import type { Environment } from "../../settings/shared/environments";

/** Kubernetes labels. */
export type Labels = Readonly<Record<string, string>>;

/**
 * Labels that select an app's pods. They end up in immutable selectors, so they never change:
 * no version, nothing that a setting decides.
 */
export function selectorLabels(app: string, environment: Environment): Labels {
    return { "app.kubernetes.io/name": app, environment: environment.name };
}

/** Labels as a selector of the API: `name=value`, separated by commas. */
export function labelSelector(wanted: Labels): string {
    return Object.entries(wanted)
        .map(([label, value]) => `${label}=${value}`)
        .join(",");
}

/** Labels of every object of an app: the recommended ones of Kubernetes, plus the environment. */
export function labels(app: string, component: string, environment: Environment): Labels {
    return {
        ...selectorLabels(app, environment),
        "app.kubernetes.io/component": component,
        "app.kubernetes.io/part-of": "x0tta6bl4-mesh",
        "app.kubernetes.io/managed-by": "pulumi",
    };
}
