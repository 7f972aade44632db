import { advice, violation } from "../../engine/finding";
import { defineObjectRule } from "../../evaluation/rule";
import { misnomerOf } from "../../kubernetes/builtIn";

/** An object with a wrong kind or group escapes the other rules, and the API server rejects it. */
export const workloadKind = defineObjectRule({
    id: "workload-kind",
    title: "Kinds exist in their API group",
    description: "Every object must have a kind that exists in its API group and version.",
    severity: "high",
    level: "mandatory",
    remediation: ["Set apiVersion and kind as the message says, in the same case."],
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
    *check({ object, group, version = "v1", kind }) {
        const misnomer = misnomerOf({ group, version, kind });
        if (misnomer === undefined) {
            return;
        }
        const written = group === "" ? version || "v1" : `${group}/${version}`;
        const field = object.at(misnomer.field);
        const problem = `makes this ${written} ${kind}, which Kubernetes does not have`;
        if (misnomer.instead === undefined) {
            yield advice(field, problem, "Check group and kind: no other rule evaluates this object.");
        } else {
            const what = misnomer.field === "kind" ? "kind" : "apiVersion";
            yield violation(field, problem, `Write ${what} ${misnomer.instead}.`);
        }
    },
});
