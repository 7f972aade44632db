import { each, violation } from "../../engine/finding";
import { defineStackRule, eachStackWorkload } from "../../evaluation/stackRule";
import { madeElsewhere } from "../../kubernetes/made";
import { isOptional, references } from "../../kubernetes/references";

/** Pods can refer only to objects in their own namespace; otherwise they do not start. */
export const crossNamespaceReference = defineStackRule({
    id: "cross-namespace-reference",
    title: "References stay within their namespace",
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
    check: (stack) => {
        const exists = madeElsewhere(stack);
        return eachStackWorkload(stack.workloads, ({ workload, namespace }) =>
            each(references(workload), function* (reference) {
                const { kind, field } = reference;
                const name = field.string() ?? "";
                if (namespace === undefined || stack.find(kind, namespace, name) !== undefined) {
                    return;
                }
                const places = stack.namespacesOf(kind, name);
                if (places.length === 0 || places.includes(undefined)) {
                    return;
                }
                // The reference is optional, or a controller creates the object.
                if (isOptional(reference) || exists(kind, namespace, name)) {
                    return;
                }
                const more = places.length > PLACES_SHOWN ? ` and ${places.length - PLACES_SHOWN} others` : "";
                yield violation(
                    field,
                    `names a ${kind} that this stack has in namespace ` +
                        `${places.slice(0, PLACES_SHOWN).join(", ")}${more} only`,
                    `Move it to ${namespace}, or refer to another object.`,
                );
            }),
        );
    },
});

/** Maximum namespaces named in one message; the others are counted. */
const PLACES_SHOWN = 3;
