import { each } from "../../engine/finding";
import { amount, flag } from "../../engine/options";
import { defineStackRule, eachObject } from "../../evaluation/stackRule";
import { scalingByTarget } from "../../kubernetes/autoscaler";
import { coverageBy } from "../../kubernetes/coverage";
import { readBudgetSelector } from "../../kubernetes/selector";
import { BUDGET, SCALED_KINDS } from "../../kubernetes/stack";

/** Without a budget, a node upgrade may evict all replicas at the same time. */
export const pdbCoverage = defineStackRule({
    id: "pdb-coverage",
    title: "Replicated workloads have a disruption budget",
    description: "Every workload with several replicas must be selected by a PodDisruptionBudget.",
    severity: "low",
    level: "advisory",
    remediation: ["Add a PodDisruptionBudget whose selector matches the labels of the pod template."],
    url: "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
    example: {
        bad: `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  replicas: 3
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: app, image: app:1.0.0 }`,
        good: `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  replicas: 3
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: app, image: app:1.0.0 }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { namespace: shop, name: web }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: web } } }`,
    },
    options: {
        minReplicas: amount(2, "Minimum number of replicas for which a budget is required."),
        assumeExisting: flag(false, "Accept an object that is not in this stack but may exist in the cluster."),
    },
    *check(stack, { minReplicas, assumeExisting }) {
        if (assumeExisting) {
            return;
        }
        const autoscaled = scalingByTarget(stack);
        const budgets = coverageBy(stack, BUDGET, readBudgetSelector);
        yield* eachObject(stack.ofKind(...SCALED_KINDS), function* (subject) {
            const replicas = subject.object.at("spec", "replicas").number() ?? 1;
            if (replicas < minReplicas && !autoscaled.has(subject)) {
                return;
            }
            yield* each(subject.workloads, ({ template }) =>
                budgets.demand(template.at("metadata", "labels"), subject),
            );
        });
    },
});
