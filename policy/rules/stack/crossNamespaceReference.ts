import type { Field } from "../../engine/field";
import { each, violation } from "../../engine/finding";
import { defineStackRule, eachStackWorkload } from "../../evaluation/stackRule";
import type { Workload } from "../../kubernetes/workload";

/** Pods see only what is in their own namespace: a reference elsewhere keeps them from starting. */
export const crossNamespaceReference = defineStackRule({
    id: "cross-namespace-reference",
    title: "References stay in their namespace",
    description: "A workload must not refer to an object that the stack has only in another namespace.",
    severity: "medium",
    level: "mandatory",
    remediation: ["Move the object, or a copy of it, to the namespace of the workload."],
    url: "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/",
    example: {
        bad: `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: app, image: app:1.0.0, envFrom: [{ configMapRef: { name: settings } }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { namespace: other, name: settings }
data: { a: b }`,
        good: `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: app, image: app:1.0.0, envFrom: [{ configMapRef: { name: settings } }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { namespace: shop, name: settings }
data: { a: b }`,
    },
    options: {},
    check: (stack) =>
        eachStackWorkload(stack.workloads, ({ workload, namespace }) =>
            each(references(workload), function* ({ kind, field }) {
                const name = field.string() ?? "";
                if (namespace === undefined || stack.find(kind, namespace, name) !== undefined) {
                    return;
                }
                const places = stack.namespacesOf(kind, name);
                if (places.length === 0 || places.includes(undefined)) {
                    return;
                }
                const more = places.length > PLACES_SHOWN ? ` and ${places.length - PLACES_SHOWN} others` : "";
                yield violation(
                    field,
                    `names a ${kind} that this stack has in namespace ` +
                        `${places.slice(0, PLACES_SHOWN).join(", ")}${more} only`,
                    `Move it to ${namespace}, or refer to another one.`,
                );
            }),
        ),
});

/** Namespaces named in one message; more are counted only. */
const PLACES_SHOWN = 3;

/** A reference by name to an object in the same namespace. */
interface Reference {
    /** Kind of the object. */
    readonly kind: string;
    /** Where the name is. */
    readonly field: Field;
}

/** Everything that a pod refers to by name. */
function references({ pod }: Workload): Reference[] {
    const volumes = pod
        .at("volumes")
        .items()
        .flatMap((volume) => [
            { kind: "ConfigMap", field: volume.at("configMap", "name") },
            { kind: "Secret", field: volume.at("secret", "secretName") },
            { kind: "PersistentVolumeClaim", field: volume.at("persistentVolumeClaim", "claimName") },
        ]);
    const containers = ["containers", "initContainers"].flatMap((list) => pod.at(list).items());
    const variables = containers.flatMap((container) => [
        ...container
            .at("env")
            .items()
            .flatMap((entry) => [
                { kind: "ConfigMap", field: entry.at("valueFrom", "configMapKeyRef", "name") },
                { kind: "Secret", field: entry.at("valueFrom", "secretKeyRef", "name") },
            ]),
        ...container
            .at("envFrom")
            .items()
            .flatMap((entry) => [
                { kind: "ConfigMap", field: entry.at("configMapRef", "name") },
                { kind: "Secret", field: entry.at("secretRef", "name") },
            ]),
    ]);
    return [{ kind: "ServiceAccount", field: pod.at("serviceAccountName") }, ...volumes, ...variables];
}
