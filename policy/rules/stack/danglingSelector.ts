import type { Field } from "../../engine/field";
import { violation, type Finding } from "../../engine/finding";
import { globMatches } from "../../engine/glob";
import { flag, texts } from "../../engine/options";
import { defineStackRule, eachObject } from "../../evaluation/stackRule";
import { POLICY } from "../../kubernetes/networkPolicy";
import { readBudgetSelector, readPolicySelector, selectsAll, type Selector } from "../../kubernetes/selector";
import { BUDGET, hasUnrendered, namespaceOf, type Stack } from "../../kubernetes/stack";
import type { Subject } from "../../kubernetes/subject";
import { selectsNoPods } from "./selectsNoPods";

/** A policy or budget that selects no pods gives a false sense of protection. */
export const danglingSelector = defineStackRule({
    id: "dangling-selector",
    title: "Network policies and budgets select pods",
    description: "Every NetworkPolicy and PodDisruptionBudget must select pods of the stack.",
    severity: "medium",
    level: "advisory",
    remediation: ["Use labels of the pod template in the selector, or remove the object."],
    url: "https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors",
    example: {
        bad: `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: app, image: app:1.0.0 }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { namespace: shop, name: web }
spec: { podSelector: { matchLabels: { app: wbe } }, policyTypes: [Ingress] }`,
        good: `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: app, image: app:1.0.0 }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { namespace: shop, name: web }
spec: { podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress] }`,
    },
    options: {
        assumeExisting: flag(false, "Accept pods that are not in this stack but may exist in the cluster."),
        exemptNamespaces: texts(["kube-*"], "Patterns of namespaces whose pods the cluster itself creates."),
    },
    *check(stack, { assumeExisting, exemptNamespaces }) {
        const exempt = (subject: Subject): boolean => {
            const namespace = namespaceOf(subject);
            return namespace === undefined || exemptNamespaces.some((pattern) => globMatches(pattern, namespace));
        };
        // The objects of a chart that could not be rendered are not known.
        if (assumeExisting || hasUnrendered(stack)) {
            return;
        }
        yield* eachObject(stack.ofKind(POLICY), (policy) =>
            exempt(policy)
                ? []
                : checkSelector(stack, policy, policy.object.at("spec", "podSelector"), readPolicySelector(policy)),
        );
        yield* eachObject(stack.ofKind(BUDGET), (budget) =>
            exempt(budget)
                ? []
                : checkSelector(stack, budget, budget.object.at("spec", "selector"), readBudgetSelector(budget)),
        );
    },
});

function* checkSelector(
    stack: Stack,
    subject: Subject,
    field: Field,
    selector: Selector | undefined,
): Generator<Finding> {
    if (selector === undefined) {
        const problem = field.isSet()
            ? "is empty, which selects no pods in this version"
            : "is unset, which selects no pods";
        yield violation(field, problem, "Set matchLabels to labels of a pod template.");
        return;
    }
    // An empty selector is valid even before the namespace has pods.
    if (selectsAll(selector)) {
        return;
    }
    const near = [namespaceOf(subject), undefined];
    if (near.some((place) => stack.selectable(place, selector).length > 0)) {
        return;
    }
    yield* selectsNoPods(stack, namespaceOf(subject), field, selector);
}
