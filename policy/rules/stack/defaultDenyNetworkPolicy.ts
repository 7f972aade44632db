import { FieldError, type Field } from "../../engine/field";
import { violation, type Finding } from "../../engine/finding";
import { globMatches } from "../../engine/glob";
import { flag, texts } from "../../engine/options";
import { defineStackRule, eachObject } from "../../evaluation/stackRule";
import { POLICY, stanceOf } from "../../kubernetes/networkPolicy";
import { nameOf } from "../../kubernetes/stack";
import type { Subject } from "../../kubernetes/subject";

/** Without it, every pod of the cluster can connect to every other pod. */
export const defaultDenyNetworkPolicy = defineStackRule({
    id: "default-deny-network-policy",
    title: "Namespaces deny traffic by default",
    description: "Every namespace with workloads must have a default-deny NetworkPolicy.",
    severity: "high",
    level: "mandatory",
    remediation: ["Add a NetworkPolicy with podSelector: {} and policyTypes: [Ingress, Egress] and without rules."],
    url: "https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies",
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
        - { name: app, image: app:1.0.0 }`,
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
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }`,
    },
    options: {
        directions: texts(["Ingress", "Egress"], "Directions that must be denied by default.", ["Ingress", "Egress"]),
        exemptNamespaces: texts(["kube-*"], "Patterns of namespaces that are exempt."),
        assumeExisting: flag(false, "Accept an object that is not in this stack but may exist in the cluster."),
    },
    *check(stack, { directions, exemptNamespaces, assumeExisting }) {
        const namespaces = new Map<string | undefined, Subject>();
        for (const { subject, namespace } of stack.workloads) {
            if (!namespaces.has(namespace)) {
                namespaces.set(namespace, subject);
            }
        }
        for (const direction of directions) {
            yield* eachObject(namespaces.values(), function* ({ object }) {
                const field = object.at("metadata", "namespace");
                const namespace = field.string() ?? "default";
                if (exemptNamespaces.some((pattern) => globMatches(pattern, namespace))) {
                    return;
                }
                const policies = stack.inNamespace(POLICY, namespace);
                if (assumeExisting && policies.length === 0) {
                    return;
                }
                yield* checkNamespace(field, policies, direction);
            });
        }
    },
});

function* checkNamespace(field: Field, policies: readonly Subject[], direction: string): Generator<Finding> {
    let [denied, unread]: [boolean, FieldError | undefined] = [false, undefined];
    for (const policy of policies) {
        try {
            const stance = stanceOf(policy, direction);
            if (stance === "opens") {
                yield violation(
                    field,
                    `is a namespace in which NetworkPolicy ${nameOf(policy) ?? ""} allows all ${direction} to every pod`,
                    "Narrow its rules: policies are additive, so no other policy can deny the traffic.",
                );
                return;
            }
            denied ||= stance === "denies";
        } catch (error) {
            if (!(error instanceof FieldError)) {
                throw error;
            }
            unread ??= error;
        }
    }
    if (denied) {
        return;
    }
    if (unread !== undefined) {
        throw unread;
    }
    yield violation(
        field,
        `is a namespace for which no NetworkPolicy of this stack denies ${direction} by default`,
        `Add one with podSelector: {} and policyTypes: [${direction}].`,
    );
}
