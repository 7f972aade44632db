import { each, violation } from "../../engine/finding";
import { texts } from "../../engine/options";
import { defineObjectRule } from "../../evaluation/rule";
import { allowedBy, OBJECT_PATTERNS } from "../../kubernetes/allow";
import { standsForEveryUrl } from "../../kubernetes/rbac";

/** A wildcard also grants access to resources of future Kubernetes versions. */
export const rbacWildcard = defineObjectRule({
    id: "rbac-wildcard",
    title: "Roles use no wildcards",
    description: "Roles must not use wildcards.",
    severity: "high",
    level: "mandatory",
    remediation: ["List the verbs, resources, groups and URLs that are needed."],
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
        allow: texts([], `Roles that are exempt, ${OBJECT_PATTERNS}.`),
    },
    *check({ object }, { allow }) {
        if (allowedBy(allow, object)) {
            return;
        }
        yield* each(object.at("rules").items(), (rule) =>
            each(Object.entries(STARS), ([key, starOf]) =>
                each(rule.at(key).items(), function* (entry) {
                    const problem = starOf(entry.string() ?? "");
                    if (problem !== undefined) {
                        yield violation(entry, problem, "List what is needed (option allow).");
                    }
                }),
            ),
        );
    },
});

/** Problem of a wildcard entry, by list; a star that Kubernetes does not treat as a wildcard grants nothing. */
const STARS: Readonly<Record<string, (entry: string) => string | undefined>> = {
    verbs: plainStar,
    resources: (entry) => (entry.startsWith("*/") ? "is a wildcard before a subresource" : plainStar(entry)),
    apiGroups: plainStar,
    nonResourceURLs: (entry) => (standsForEveryUrl(entry) ? "is a wildcard for every URL" : undefined),
};

function plainStar(entry: string): string | undefined {
    return entry === "*" ? "is a wildcard" : undefined;
}
