import { each, violation } from "../../engine/finding";
import { texts } from "../../engine/options";
import { defineObjectRule } from "../../engine/rule";
import { allowedBy, OBJECT_PATTERNS } from "../../kubernetes/allow";

/** A star grants also what the next version of Kubernetes will invent. */
export const rbacWildcard = defineObjectRule({
    id: "rbac-wildcard",
    title: "Roles name what they grant",
    description: "Roles must not grant everything by a star.",
    severity: "high",
    level: "mandatory",
    remediation: ["List the verbs, resources, groups and URLs that are used."],
    url: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege",
    example: {
        bad: `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { namespace: shop, name: web }
rules:
  - { apiGroups: [""], resources: ["*"], verbs: [get] }`,
        good: `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { namespace: shop, name: web }
rules:
  - { apiGroups: [""], resources: [pods], verbs: [get] }`,
    },
    kinds: ["Role.rbac.authorization.k8s.io", "ClusterRole.rbac.authorization.k8s.io"],
    options: {
        allow: texts([], `Roles that may, ${OBJECT_PATTERNS}.`),
    },
    *check({ object }, { allow }) {
        if (allowedBy(allow, object)) return;
        yield* each(object.at("rules").items(), (rule) =>
            each(["verbs", "resources", "apiGroups", "nonResourceURLs"], (key) =>
                each(rule.at(key).items(), function* (entry) {
                    if (entry.string() === "*")
                        yield violation(entry, "is a star", "List what is used (option allow).");
                }),
            ),
        );
    },
});
