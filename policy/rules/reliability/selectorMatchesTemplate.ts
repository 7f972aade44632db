import { each, violation } from "../../engine/finding";
import { defineObjectRule } from "../../evaluation/rule";
import { selects, readSelector, readLabels, selectsAll } from "../../kubernetes/selector";

/** A workload whose selector does not match its own pods is rejected, or takes over the pods of others. */
export const selectorMatchesTemplate = defineObjectRule({
    id: "selector-matches-template",
    title: "Selectors match their own pods only",
    description: "The selector of a workload must match its own pods and no others.",
    severity: "high",
    level: "mandatory",
    remediation: ["Set spec.selector to the labels of spec.template.metadata."],
    url: "https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/",
    example: {
        bad: `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: app
          image: app:1.0.0`,
        good: `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: app
          image: app:1.0.0`,
    },
    kinds: [
        "Deployment.apps",
        "StatefulSet.apps",
        "DaemonSet.apps",
        "ReplicaSet.apps",
        "ReplicationController",
        "Deployment.extensions",
        "DaemonSet.extensions",
        "ReplicaSet.extensions",
        "Rollout.argoproj.io",
    ],
    options: {},
    *check({ object, partial, group, kind, workloads }) {
        const field = object.at("spec", "selector");
        if (!field.isSet()) {
            // The API server sets it for the other kinds and for old versions.
            if (!partial && group === "apps") {
                yield violation(field, "is unset", "Set it to the labels of the template.");
            }
            return;
        }
        const plain = kind === "ReplicationController";
        const selector = plain ? { labels: readLabels(field), requirements: [] } : readSelector(field);
        yield* each(workloads, function* ({ template }) {
            const labels = template.at("metadata", "labels");
            if (partial && !labels.isSet()) {
                return;
            }
            if (selectsAll(selector)) {
                yield violation(field, "is empty", "Set it to the labels of the template.");
            } else if (!selects(selector, readLabels(labels))) {
                yield violation(field, `does not match ${labels.path}`, "Use the same labels in both.");
            }
        });
    },
});
