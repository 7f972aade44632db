import type { WebhookSelector, WebhookConfiguration } from "./live";

type Labels = Readonly<Record<string, string>>;

/** Whether labels match a selector (`LabelSelector` of Kubernetes: all of its parts must hold). */
export function selects({ matchLabels, matchExpressions }: WebhookSelector, labels: Labels): boolean {
    return (
        Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
        matchExpressions.every(({ key, operator, values }) => {
            const value = labels[key];
            switch (operator) {
                case "In":
                    return value !== undefined && values.includes(value);
                case "NotIn":
                    return value === undefined || !values.includes(value);
                case "Exists":
                    return value !== undefined;
                case "DoesNotExist":
                    return value === undefined;
                default:
                    return false;
            }
        })
    );
}

/**
 * Configurations of which a webhook changes a pod.
 * @param suffix End of the webhooks' names, e.g. `sidecar-injector.istio.io`.
 */
export function injecting(
    configurations: readonly WebhookConfiguration[],
    suffix: string,
    namespace: Labels,
    pod: Labels,
): WebhookConfiguration[] {
    return configurations.filter(({ webhooks }) =>
        webhooks.some(
            ({ name, namespaceSelector, objectSelector }) =>
                name.endsWith(suffix) && selects(namespaceSelector, namespace) && selects(objectSelector, pod),
        ),
    );
}

/** Values that a namespace label must have for webhooks of a kind, each once: e.g. the revisions of Istio. */
export function labelValues(configurations: readonly WebhookConfiguration[], suffix: string, label: string): string[] {
    const values = configurations.flatMap(({ webhooks }) =>
        webhooks
            .filter(({ name }) => name.endsWith(suffix))
            .flatMap(({ namespaceSelector }) => namespaceSelector.matchExpressions)
            .flatMap(({ key, operator, values: wanted }) => (key === label && operator === "In" ? wanted : [])),
    );
    return [...new Set(values)].sort();
}
