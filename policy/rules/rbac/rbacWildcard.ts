import { each, violation } from "../../engine/finding";
import { texts } from "../../engine/options";
import { defineObjectRule } from "../../evaluation/rule";
import { allowedBy, OBJECT_PATTERNS } from "../../kubernetes/allow";
import { standsForEveryUrl } from "../../kubernetes/rbac";

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
        if (allowedBy(allow, object)) {
            return;
        }
        yield* each(object.at("rules").items(), (rule) =>
            each(Object.entries(STARS), ([key, starOf]) =>
                each(rule.at(key).items(), function* (entry) {
                    const problem = starOf(entry.string() ?? "");
                    if (problem !== undefined) {
                        yield violation(entry, problem, "List what is used (option allow).");
                    }
                }),
            ),
        );
    },
});

/** What is wrong with an entry that is a star, by list; a star that Kubernetes does not read as one grants nothing. */
const STARS: Readonly<Record<string, (entry: string) => string | undefined>> = {
    verbs: plainStar,
    resources: (entry) => (entry.startsWith("*/") ? "is a star before a subresource" : plainStar(entry)),
    apiGroups: plainStar,
    nonResourceURLs: (entry) => (standsForEveryUrl(entry) ? "is a star for every URL" : undefined),
};

function plainStar(entry: string): string | undefined {
    return entry === "*" ? "is a star" : undefined;
}
