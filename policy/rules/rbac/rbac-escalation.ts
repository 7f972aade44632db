import type { Field } from "../../engine/field";
import { advice, each, violation, type Finding } from "../../engine/finding";
import { texts } from "../../engine/options";
import { defineObjectRule } from "../../engine/rule";
import { allowedBy, OBJECT_PATTERNS } from "../../kubernetes/allow";

/** These rights lead to all others: by granting, by impersonating, by a shell in a pod, by a token. */
export const rbacEscalation = defineObjectRule({
    id: "rbac-escalation",
    title: "Roles grant no way to more rights",
    description: "Roles must not grant rights that lead to others.",
    severity: "high",
    level: "mandatory",
    remediation: [
        "Remove bind, escalate and impersonate, and the creation of pods/exec, nodes/proxy and serviceaccounts/token.",
        "Limit the reading of secrets by resourceNames.",
    ],
    url: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks",
    example: {
        bad: `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { namespace: shop, name: web }
rules:
  - { apiGroups: ["rbac.authorization.k8s.io"], resources: [roles], verbs: [escalate] }`,
        good: `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { namespace: shop, name: web }
rules:
  - { apiGroups: ["apps"], resources: [deployments], verbs: [get, list] }`,
    },
    kinds: ["Role.rbac.authorization.k8s.io", "ClusterRole.rbac.authorization.k8s.io"],
    options: {
        verbs: texts(["bind", "escalate", "impersonate"], "Verbs that must not be granted."),
        resources: texts(
            ["pods/exec", "pods/attach", "pods/ephemeralcontainers", "nodes/proxy", "serviceaccounts/token"],
            "Resources on which no verb that changes or calls may be granted.",
        ),
        secretVerbs: texts(["get", "list", "watch"], "Verbs on secrets whose grant is advised against."),
        allow: texts([], `Roles that may, ${OBJECT_PATTERNS}.`),
    },
    *check({ object }, { allow, ...chosen }) {
        if (allowedBy(allow, object)) return;
        yield* each(object.at("rules").items(), (rule) => checkRule(rule, chosen));
    },
});

/** What the options say about one rule of a role. */
interface Chosen {
    /** Verbs that must not be granted. */
    readonly verbs: readonly string[];
    /** Resources that must not be called or changed. */
    readonly resources: readonly string[];
    /** Verbs on secrets that are advised against. */
    readonly secretVerbs: readonly string[];
}

function* checkRule(rule: Field, { verbs, resources, secretVerbs }: Chosen): Generator<Finding> {
    yield* each(rule.at("verbs").items(), function* (verb) {
        const name = verb.string() ?? "";
        if (verbs.includes(name)) yield violation(verb, `is ${name}`, "Remove it (option allow).");
    });
    const granted = rule.at("verbs").strings();
    const core = rule
        .at("apiGroups")
        .strings()
        .some((group) => group === "" || group === "*");
    if (!core) return;
    yield* each(rule.at("resources").items(), function* (resource) {
        const name = resource.string() ?? "";
        // A get on nodes/proxy or pods/exec opens the connection already.
        const calls = granted.some((verb) => !["list", "watch", "delete", "deletecollection"].includes(verb));
        if (resources.includes(name) && calls) {
            yield violation(resource, `is ${name}, with verbs that call it`, "Remove it (option allow).");
        } else if (name === "secrets" && rule.at("resourceNames").items().length === 0) {
            const read = granted.filter((verb) => secretVerbs.includes(verb) || verb === "*");
            if (read.length === 0 || secretVerbs.length === 0) return;
            yield advice(resource, `is secrets, with ${read.join(", ")} on all of them`, "Name them in resourceNames.");
        }
    });
}
