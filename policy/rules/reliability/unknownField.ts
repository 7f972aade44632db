import { each, violation } from "../../engine/finding";
import { defineObjectRule } from "../../evaluation/rule";
import { schemaOf } from "../../kubernetes/schema";
import { unknownFields } from "../../kubernetes/unknownFields";
import { k8sVersion, minorOf } from "../../kubernetes/version";

/** The API server drops unknown fields with a warning that is easily missed, so the setting has no effect. */
export const unknownField = defineObjectRule({
    id: "unknown-field",
    title: "Fields exist in the Kubernetes API",
    description: "Built-in objects should have only fields that exist in the Kubernetes API.",
    severity: "medium",
    level: "advisory",
    remediation: [
        "Correct the name of the field, or move it as the message says.",
        "For a cluster of an older version, set the option k8sVersion, so that fields that it does not support are reported.",
    ],
    url: "https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation",
    example: {
        bad: `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  template:
    spec:
      containers:
        - name: app
          image: app:1.0.0
          livenesProbe: { httpGet: { path: /health, port: 8000 } }`,
        good: `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  template:
    spec:
      containers:
        - name: app
          image: app:1.0.0
          livenessProbe: { httpGet: { path: /health, port: 8000 } }`,
    },
    kinds: "any",
    options: { k8sVersion },
    check({ object, group, version = "", kind }, options) {
        const type = schemaOf(group === "" ? version : `${group}/${version}`, kind);
        // The schema of a custom resource is known only from its definition.
        if (type === undefined) {
            return [];
        }
        return each(unknownFields(object, type, minorOf(options.k8sVersion)), ({ field, problem, fix }) => [
            violation(field, problem, fix),
        ]);
    },
});
