import { advice, violation } from "../../engine/finding";
import { defineObjectRule } from "../../evaluation/rule";
import { misnomerOf } from "../../kubernetes/builtIn";

/** Under a wrong name no other rule knows an object, and no API server accepts it. */
export const workloadKind = defineObjectRule({
    id: "workload-kind",
    title: "Kinds exist in their API group",
    description: "Every object must have a kind, an API group and a version that Kubernetes has together.",
    severity: "high",
    level: "mandatory",
    remediation: ["Write apiVersion and kind as the message says, in the same case."],
    url: "https://kubernetes.io/docs/reference/using-api/#api-groups",
    example: {
        bad: `
apiVersion: v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  template:
    spec:
      containers: [{ name: app, image: app:1.0.0 }]`,
        good: `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  template:
    spec:
      containers: [{ name: app, image: app:1.0.0 }]`,
    },
    kinds: "any",
    options: {},
    *check({ object, group, version = "", kind }) {
        const misnomer = misnomerOf({ group, version, kind });
        if (misnomer === undefined) {
            return;
        }
        const written = group === "" ? version || "v1" : `${group}/${version || "v1"}`;
        const field = object.at(misnomer.field);
        const problem = `makes this ${written} ${kind}, which Kubernetes does not have`;
        if (misnomer.instead === undefined) {
            yield advice(field, problem, "Check group and kind: no other rule judges this object.");
        } else {
            const what = misnomer.field === "kind" ? "kind" : "apiVersion";
            yield violation(field, problem, `Write ${what} ${misnomer.instead}.`);
        }
    },
});
