/** A schema of OpenAPI v3, as a CRD holds it. */
type Schema = Readonly<Record<string, unknown>>;

/** API group of the Prometheus operator. */
const GROUP = "monitoring.coreos.com";

/** Label of CRDs that the local run made: the operator's own, with all their fields, may take their place. */
export const MADE_LOCALLY = { "app.kubernetes.io/managed-by": "x0tta6bl4-local" } as const;

const text = (description: string): Schema => ({ type: "string", description });

const flag = (description: string): Schema => ({ type: "boolean", description });

const integer = (description: string): Schema => ({ type: "integer", description });

const texts = (description: string): Schema => list(description, { type: "string" });

/** A number or a text. */
const numberOrText = (description: string): Schema => ({ "x-kubernetes-int-or-string": true, description });

/** An object with known fields; the API server drops all others. */
const object = (properties: Record<string, Schema>, required: readonly string[] = []): Schema => ({
    type: "object",
    properties,
    ...(required.length === 0 ? {} : { required }),
});

const stringMap = (description: string): Schema => ({
    type: "object",
    description,
    additionalProperties: { type: "string" },
});

const list = (description: string, items: Schema): Schema => ({ type: "array", description, items });

const secretKey = object({ name: text("Name of the Secret"), key: text("Key of the Secret") }, ["key"]);

const labelSelector = object({
    matchLabels: stringMap("Labels that must be equal"),
    matchExpressions: list(
        "Further conditions",
        object({ key: text("Label"), operator: text("How it is compared"), values: texts("Values") }, [
            "key",
            "operator",
        ]),
    ),
});

/** How Prometheus changes labels of a target or of a sample. */
const relabeling = object({
    action: text("What is done, e.g. replace, keep, drop"),
    sourceLabels: texts("Labels whose values are joined"),
    separator: text("Text between the joined values"),
    regex: text("What the joined values are compared with"),
    replacement: text("New value"),
    targetLabel: text("Label that gets it"),
    modulus: integer("For hashmod"),
});

const endpoint = object({
    port: text("Name of the Service's port"),
    targetPort: numberOrText("Port of the pods"),
    path: text("Path of the metrics page"),
    scheme: text("http or https"),
    interval: text("Time between two scrapes"),
    scrapeTimeout: text("Time for an answer"),
    honorLabels: flag("Labels of the page win over those of the target"),
    honorTimestamps: flag("Times of the page win over that of the scrape"),
    bearerTokenFile: text("File of a token"),
    authorization: object({ type: text("Scheme"), credentials: secretKey }),
    tlsConfig: object({
        insecureSkipVerify: flag("Trust any certificate"),
        serverName: text("Name in the certificate"),
        caFile: text("File of the CA"),
    }),
    relabelings: list("Changes of the target's labels", relabeling),
    metricRelabelings: list("Changes of the samples' labels", relabeling),
});

/** What ServiceMonitors and PodMonitors have in common. */
const monitor = {
    jobLabel: text("Label that names the job"),
    podTargetLabels: texts("Labels of the pod that samples get"),
    attachMetadata: object({ node: flag("Attach the node's labels") }),
    selector: labelSelector,
    namespaceSelector: object({ any: flag("All namespaces"), matchNames: texts("Namespaces of the targets") }),
    sampleLimit: integer("Most samples of one scrape"),
    targetLimit: integer("Most targets"),
    labelLimit: integer("Most labels of a sample"),
};

const ports = list("Ports to scrape", endpoint);

const serviceMonitor = object(
    { ...monitor, targetLabels: texts("Labels of the Service that samples get"), endpoints: ports },
    ["selector", "endpoints"],
);

const podMonitor = object({ ...monitor, podMetricsEndpoints: ports }, ["selector", "podMetricsEndpoints"]);

const rule = object(
    {
        record: text("Name of the series that the rule records"),
        alert: text("Name of the alert"),
        expr: numberOrText("PromQL"),
        for: text("Time for which the expression must hold"),
        keep_firing_for: text("Time for which the alert keeps firing after the expression no longer holds"),
        labels: stringMap("Labels of the series or alert"),
        annotations: stringMap("Texts of the alert"),
    },
    ["expr"],
);

const prometheusRule = object({
    groups: list(
        "Rules that are evaluated together",
        object(
            {
                name: text("Name of the group"),
                interval: text("Time between two evaluations"),
                limit: integer("Most series or alerts of a rule"),
                query_offset: text("How far back the rules look"),
                partial_response_strategy: text("For Thanos"),
                labels: stringMap("Labels of all series and alerts"),
                rules: list("Rules", rule),
            },
            ["name"],
        ),
    ),
});

/** CRDs of the operator's kinds that this program makes objects of, as far as it uses them. */
export const LOCAL_CRDS = [
    crd("ServiceMonitor", serviceMonitor),
    crd("PodMonitor", podMonitor),
    crd("PrometheusRule", prometheusRule),
];

function crd(kind: string, spec: Schema) {
    const singular = kind.toLowerCase();
    const plural = `${singular}s`;
    return {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: { name: `${plural}.${GROUP}`, labels: MADE_LOCALLY },
        spec: {
            group: GROUP,
            names: { kind, listKind: `${kind}List`, plural, singular },
            scope: "Namespaced",
            versions: [
                {
                    name: "v1",
                    served: true,
                    storage: true,
                    schema: {
                        openAPIV3Schema: object(
                            {
                                apiVersion: { type: "string" },
                                kind: { type: "string" },
                                metadata: { type: "object" },
                                spec,
                            },
                            ["spec"],
                        ),
                    },
                },
            ],
        },
    };
}
