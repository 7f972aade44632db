import { each, judge, violation } from "../../engine/finding";
import { texts } from "../../engine/options";
import { defineObjectRule } from "../../evaluation/rule";
import { allowedBy, OBJECT_PATTERNS } from "../../kubernetes/allow";

/** A binding to cluster-admin gives the cluster away; one to a group of all users gives its role to everybody. */
export const rbacClusterAdmin = defineObjectRule({
    id: "rbac-cluster-admin",
    title: "Nobody is made administrator of the cluster",
    description: "Bindings must not grant cluster-admin, nor grant anything to everybody.",
    severity: "critical",
    level: "mandatory",
    remediation: ["Bind a role that grants only what is used.", "Bind it to service accounts by name."],
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
        roles: texts(["cluster-admin"], "Cluster roles that must not be bound."),
        subjects: texts(
            [
                "system:masters",
                "system:unauthenticated",
                "system:anonymous",
                "system:authenticated",
                "system:serviceaccounts",
            ],
            "Users and groups that nothing must be bound to.",
        ),
        allow: texts([], `Bindings that may, ${OBJECT_PATTERNS}.`),
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
            yield violation(role, `is ${name}`, "Bind a role that grants what is used (option allow).");
        });
        yield* each(object.at("subjects").items(), function* (subject) {
            const name = subject.at("name").string() ?? "";
            if (subject.at("kind").string() === "ServiceAccount" || !subjects.includes(name)) {
                return;
            }
            yield violation(subject.at("name"), `is ${name}`, "Bind to service accounts by name (option allow).");
        });
    },
});
