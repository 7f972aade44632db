import { each, violation } from "../../engine/finding";
import { defineObjectRule } from "../../evaluation/rule";
import { schemaOf } from "../../kubernetes/schema";
import { unknownFields } from "../../kubernetes/unknownFields";
import { k8sVersion, minorOf } from "../../kubernetes/version";

/** The API server drops a field that it does not know, with a warning that few see: what was asked for is not done. */
export const unknownField = defineObjectRule({
    id: "unknown-field",
    title: "Fields exist where they are written",
    description: "Objects of Kubernetes itself should have only fields that the Kubernetes API has at their place.",
    severity: "medium",
    level: "advisory",
    remediation: [
        "Correct the name of the field, or move it where the message says.",
        "For a cluster of an older version, set the option k8sVersion, so that fields it does not have yet are named.",
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
        // The cluster does not know the shape of custom resources either, without their definition.
        if (type === undefined) {
            return [];
        }
        return each(unknownFields(object, type, minorOf(options.k8sVersion)), ({ field, problem, fix }) => [
            violation(field, problem, fix),
        ]);
    },
});
