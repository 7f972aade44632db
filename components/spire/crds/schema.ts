import { listOrNone, mapOrNone } from "../../shared/compact";
import type { types } from "@pulumi/kubernetes";

type Props = types.input.apiextensions.v1.JSONSchemaProps;

/** A text. */
export const text = (description: string, extra: Partial<Props> = {}): Props => ({
    type: "string",
    description,
    ...extra,
});

/** A switch. */
export const flag = (description: string): Props => ({ type: "boolean", description });

/** A whole number. */
export const integer = (description: string): Props => ({ type: "integer", description });

/** A list of texts. */
export const texts = (description: string): Props => ({ type: "array", description, items: { type: "string" } });

/** An object with known fields; the API server drops all others. */
export const object = (properties: Record<string, Props>, required: string[] = [], description?: string): Props => ({
    type: "object",
    properties: mapOrNone(properties),
    required: listOrNone(required),
    description,
});

/** A length of time as Go writes it. */
export const duration = (description: string): Props => text(description);

/** A LabelSelector of Kubernetes. */
export const labelSelector = (description: string): Props => ({
    ...object({
        matchLabels: { type: "object", additionalProperties: { type: "string" } },
        matchExpressions: {
            type: "array",
            items: object({ key: { type: "string" }, operator: { type: "string" }, values: texts("Values") }, [
                "key",
                "operator",
            ]),
        },
    }),
    description,
});

/** A cluster-wide kind of the API group of SPIRE's controller manager. */
export interface Kind {
    /** Kind, e.g. `ClusterSPIFFEID`. */
    readonly kind: string;
    /** Plural, e.g. `clusterspiffeids`. */
    readonly plural: string;
    /** Singular, e.g. `clusterspiffeid`. */
    readonly singular: string;
    /** Schema of `spec`. */
    readonly spec: Props;
    /** Schema of `status`, which the controller manager writes. */
    readonly status: Props;
    /** Columns of `kubectl get`. */
    readonly columns: types.input.apiextensions.v1.CustomResourceColumnDefinition[];
}

/** API group of all kinds. */
export const GROUP = "spire.spiffe.io";

/** Version of all kinds. */
export const VERSION = "v1alpha1";

/** CustomResourceDefinition of a kind. */
export function crdSpec(definition: Kind): types.input.apiextensions.v1.CustomResourceDefinitionSpec {
    const { kind, plural, singular, spec, status, columns } = definition;
    return {
        group: GROUP,
        names: { kind, listKind: `${kind}List`, plural, singular },
        scope: "Cluster",
        versions: [
            {
                name: VERSION,
                served: true,
                storage: true,
                subresources: { status: {} },
                additionalPrinterColumns: columns,
                schema: {
                    openAPIV3Schema: object(
                        {
                            apiVersion: { type: "string" },
                            kind: { type: "string" },
                            metadata: { type: "object" },
                            spec,
                            status,
                        },
                        ["metadata", "spec"],
                    ),
                },
            },
        ],
    };
}
