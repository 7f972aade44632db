import { violation } from "../../engine/finding";
import { globMatches } from "../../engine/glob";
import { texts } from "../../engine/options";
import { defineStackRule, eachObject } from "../../evaluation/stackRule";

/** Without a quota, one namespace can use all resources of the cluster. */
export const namespaceQuota = defineStackRule({
    id: "namespace-quota",
    title: "Namespaces have a quota",
    description: "Every Namespace of the stack should have a ResourceQuota.",
    severity: "low",
    level: "disabled",
    remediation: ["Add a ResourceQuota that limits the total requests of the namespace."],
    url: "https://kubernetes.io/docs/concepts/policy/resource-quotas/",
    example: {
        bad: `
apiVersion: v1
kind: Namespace
metadata: { name: shop }`,
        good: `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: v1
kind: ResourceQuota
metadata: { namespace: shop, name: total }
spec: { hard: { requests.cpu: "4", requests.memory: 8Gi } }`,
    },
    options: {
        exemptNamespaces: texts(["kube-*"], "Patterns of namespaces that need no quota."),
    },
    check: (stack, { exemptNamespaces }) =>
        eachObject(stack.ofKind("Namespace"), function* ({ object }) {
            const field = object.at("metadata", "name");
            const name = field.string() ?? "";
            const quotas = [...stack.inNamespace(QUOTA, name), ...stack.inNamespace(QUOTA, undefined)];
            if (quotas.length === 0 && !exemptNamespaces.some((pattern) => globMatches(pattern, name))) {
                yield violation(
                    field,
                    "is a namespace for which this stack has no ResourceQuota",
                    "Add one (option exemptNamespaces).",
                );
            }
        }),
});

/** Kind of a ResourceQuota. */
const QUOTA = "ResourceQuota";
