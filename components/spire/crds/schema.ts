import { listOrNone, mapOrNone } from "../../shared/compact";
import type { types } from "@pulumi/kubernetes";

type Props = types.input.apiextensions.v1.JSONSchemaProps;

/** Schema of a string. @param extra Further constraints, e.g. a pattern. */
export const text = (description: string, extra: Partial<Props> = {}): Props => ({
    type: "string",
    description,
    ...extra,
});

/** Schema of a boolean. */
export const flag = (description: string): Props => ({ type: "boolean", description });

/** Schema of an integer. */
export const integer = (description: string): Props => ({ type: "integer", description });

/** Schema of a list of strings. */
export const texts = (description: string): Props => ({ type: "array", description, items: { type: "string" } });

/** Schema of an object with known fields; the API server prunes all others. */
export const object = (properties: Record<string, Props>, required: string[] = [], description?: string): Props => ({
    type: "object",
    properties: mapOrNone(properties),
    required: listOrNone(required),
    description,
});

/** Schema of a duration in Go's notation, e.g. `1h30m`. */
export const duration = (description: string): Props => text(description);

/** Schema of a Kubernetes LabelSelector. */
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

/** A cluster-scoped kind in the API group of SPIRE Controller Manager. */
export interface Kind {
    /** Kind, e.g. `ClusterSPIFFEID`. */
    readonly kind: string;
    /** Plural name, e.g. `clusterspiffeids`. */
    readonly plural: string;
    /** Singular name, e.g. `clusterspiffeid`. */
    readonly singular: string;
    /** Schema of `spec`. */
    readonly spec: Props;
    /** Schema of `status`, which SPIRE Controller Manager writes. */
    readonly status: Props;
    /** Additional printer columns of `kubectl get`. */
    readonly columns: types.input.apiextensions.v1.CustomResourceColumnDefinition[];
}

/** API group of all custom resource kinds. */
export const GROUP = "spire.spiffe.io";

/** API version of all custom resource kinds. */
export const VERSION = "v1alpha1";

/** Specification of a kind's CustomResourceDefinition. */
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
