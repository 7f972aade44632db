import { each, judge, violation } from "../../engine/finding";
import { texts } from "../../engine/options";
import { defineObjectRule } from "../../evaluation/rule";
import { allowedBy, OBJECT_PATTERNS } from "../../kubernetes/allow";

/**
 * A binding to cluster-admin grants full control of the cluster; a binding to a group of all users grants its role to
 * everyone.
 */
export const rbacClusterAdmin = defineObjectRule({
    id: "rbac-cluster-admin",
    title: "No binding grants cluster-admin",
    description: "Bindings must not grant cluster-admin, or grant any role to all users.",
    severity: "critical",
    level: "mandatory",
    remediation: ["Bind a role that grants only the permissions that are used.", "Bind it to named service accounts."],
    url: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/",
    example: {
        bad: `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: web }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin }
subjects: [{ kind: ServiceAccount, namespace: shop, name: web }]`,
        good: `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: web }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
subjects: [{ kind: ServiceAccount, namespace: shop, name: web }]`,
    },
    kinds: ["RoleBinding.rbac.authorization.k8s.io", "ClusterRoleBinding.rbac.authorization.k8s.io"],
    options: {
        roles: texts(["cluster-admin"], "ClusterRoles that must not be bound."),
        subjects: texts(
            [
                "system:masters",
                "system:unauthenticated",
                "system:anonymous",
                "system:authenticated",
                "system:serviceaccounts",
            ],
            "Users and groups that must not be subjects of a binding.",
        ),
        allow: texts([], `Bindings that are exempt, ${OBJECT_PATTERNS}.`),
    },
    *check({ object }, { roles, subjects, allow }) {
        if (allowedBy(allow, object)) {
            return;
        }
        yield* judge(function* () {
            const role = object.at("roleRef", "name");
            const name = role.string() ?? "";
            if (object.at("roleRef", "kind").string() !== "ClusterRole" || !roles.includes(name)) {
                return;
            }
            yield violation(role, `is ${name}`, "Bind a role with only the permissions that are used (option allow).");
        });
        yield* each(object.at("subjects").items(), function* (subject) {
            const name = subject.at("name").string() ?? "";
            if (subject.at("kind").string() === "ServiceAccount" || !subjects.includes(name)) {
                return;
            }
            yield violation(subject.at("name"), `is ${name}`, "Bind to named service accounts (option allow).");
        });
    },
});
