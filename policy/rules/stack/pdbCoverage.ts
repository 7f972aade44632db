import { each } from "../../engine/finding";
import { amount, flag } from "../../engine/options";
import { defineStackRule, eachObject } from "../../evaluation/stackRule";
import { scalingByTarget } from "../../kubernetes/autoscaler";
import { coverageBy } from "../../kubernetes/coverage";
import { readBudgetSelector } from "../../kubernetes/selector";
import { BUDGET, SCALED_KINDS } from "../../kubernetes/stack";

/** Without a budget an upgrade of the nodes may take all replicas at once. */
export const pdbCoverage = defineStackRule({
    id: "pdb-coverage",
    title: "Replicated workloads have a disruption budget",
    description: "Every workload of several replicas must be selected by a PodDisruptionBudget.",
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
        minReplicas: amount(2, "Number of replicas from which on a budget is demanded."),
        assumeExisting: flag(false, "Accept that the object is not in this stack: the cluster may have it."),
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
