import { flag } from "../../engine/options";
import { defineStackRule, eachStackWorkload } from "../../evaluation/stackRule";
import { coverageBy } from "../../kubernetes/coverage";
import { readPolicySelector } from "../../kubernetes/selector";
import { POLICY } from "../../kubernetes/networkPolicy";

/** A pod that no policy selects can connect to and from everywhere. */
export const networkPolicyCoverage = defineStackRule({
    id: "network-policy-coverage",
    title: "Every pod is selected by a network policy",
    description: "Every workload must be selected by a network policy.",
    severity: "medium",
    level: "advisory",
    remediation: ["Add a NetworkPolicy whose podSelector matches the labels of the pod template."],
    url: "https://kubernetes.io/docs/concepts/services-networking/network-policies/",
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
        - { name: app, image: app:1.0.0 }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { namespace: shop, name: deny }
spec: { podSelector: { matchLabels: { app: other } }, policyTypes: [Ingress] }`,
        good: `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: app, image: app:1.0.0 }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { namespace: shop, name: deny }
spec: { podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress] }`,
    },
    options: {
        assumeExisting: flag(false, "Accept an object that is not in this stack but may exist in the cluster."),
    },
    *check(stack, { assumeExisting }) {
        if (assumeExisting) {
            return;
        }
        const policies = coverageBy(stack, POLICY, readPolicySelector);
        // The labels of pods created by an operator are not in the stack.
        const own = stack.workloads.filter(({ workload }) => !workload.partial);
        yield* eachStackWorkload(own, ({ subject, workload }) =>
            policies.demand(workload.template.at("metadata", "labels"), subject),
        );
    },
});
