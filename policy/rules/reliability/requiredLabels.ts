import { each, violation } from "../../engine/finding";
import { texts } from "../../engine/options";
import { defineRule } from "../../evaluation/rule";

/** The recommended labels let tools and other rules identify the parts of an application. */
export const requiredLabels = defineRule({
    id: "required-labels",
    title: "Objects have the recommended labels",
    description: "Workloads and their pods must have the required labels.",
    severity: "low",
    level: "advisory",
    remediation: ["Set the labels on metadata.labels and on the metadata.labels of the pod template."],
    url: "https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/",
    example: {
        bad: `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  replicas: 2
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: app
          image: app:1.0.0`,
        good: `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web, labels: { app.kubernetes.io/name: web } }
spec:
  template:
    metadata: { labels: { app.kubernetes.io/name: web } }
    spec:
      containers: [{ name: app, image: app:1.0.0 }]`,
    },
    options: {
        labels: texts(["app.kubernetes.io/name"], "Required labels."),
    },
    *check({ object, template, partial }, { labels }) {
        if (partial) {
            return;
        }
        yield* each(new Set([object, template]), (holder) =>
            each(labels, function* (label) {
                const field = holder.at("metadata", "labels", label);
                if ((field.string() ?? "") === "") {
                    yield violation(field, "is unset", "Set it.");
                }
            }),
        );
    },
});
