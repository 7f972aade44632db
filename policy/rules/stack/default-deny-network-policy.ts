import type { Subject } from "../../kubernetes/subject";
import { violation } from "../../engine/finding";
import { globMatches } from "../../engine/glob";
import { flag, texts } from "../../engine/options";
import { about, defineStackRule } from "../../engine/stack-rule";
import { namespaceOf } from "../../kubernetes/stack";
import { POLICY, isolates } from "../../kubernetes/network-policy";

/** Without it every pod of the cluster can talk to every other. */
export const defaultDenyNetworkPolicy = defineStackRule({
    id: "default-deny-network-policy",
    title: "Namespaces deny traffic by default",
    description: "Every namespace with workloads must deny by default what no network policy allows.",
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
        directions: texts(["Ingress", "Egress"], "Directions that must be denied.", ["Ingress", "Egress"]),
        exemptNamespaces: texts(["kube-*"], "Patterns of namespaces that are left alone."),
        assumeExisting: flag(false, "Accept that the object is not in this stack: the cluster may have it."),
    },
    *check(stack, { directions, exemptNamespaces, assumeExisting }) {
        const namespaces = new Map<string | undefined, Subject>();
        for (const { subject } of [...stack.workloads].reverse()) namespaces.set(namespaceOf(subject), subject);
        for (const [namespace, subject] of namespaces) {
            if (namespace === undefined || exemptNamespaces.some((pattern) => globMatches(pattern, namespace)))
                continue;
            const policies = stack.inNamespace(POLICY, namespace);
            for (const direction of directions) {
                yield* about(subject, function* () {
                    if (policies.some((policy) => isolates(policy, direction))) return;
                    if (assumeExisting && policies.length === 0) return;
                    yield violation(
                        subject.object.at("metadata", "namespace"),
                        `is a namespace for which no NetworkPolicy of this stack denies ${direction} by default`,
                        `Add one with podSelector: {} and policyTypes: [${direction}].`,
                    );
                });
            }
        }
    },
});
