import type { Field } from "../../engine/field";
import { advice, each, violation, type Finding } from "../../engine/finding";
import { texts } from "../../engine/options";
import { defineObjectRule } from "../../evaluation/rule";
import { allowedBy, OBJECT_PATTERNS } from "../../kubernetes/allow";
import { isForGroup, isForResource, standsFor, type ApiResource } from "../../kubernetes/rbac";

/**
 * These permissions allow privilege escalation: by granting, by impersonation, through a shell in a pod, or with a
 * token.
 */
export const rbacEscalation = defineObjectRule({
    id: "rbac-escalation",
    title: "Roles allow no privilege escalation",
    description: "Roles must not grant permissions that allow privilege escalation.",
    severity: "high",
    level: "mandatory",
    remediation: [
        "Remove the verbs bind, escalate and impersonate, and create on pods/exec, nodes/proxy and serviceaccounts/token.",
        "Remove write access to persistent volumes, webhook configurations and certificate approvals.",
        "Limit read access to secrets with resourceNames.",
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
        verbs: texts(["bind", "escalate", "impersonate", "approve", "sign"], "Verbs that must not be granted."),
        resources: texts(
            ["pods/exec", "pods/attach", "pods/ephemeralcontainers", "nodes/proxy", "serviceaccounts/token"],
            "Resources on which only read verbs may be granted.",
        ),
        writes: texts(
            [
                "persistentvolumes",
                "certificatesigningrequests/approval.certificates.k8s.io",
                "mutatingwebhookconfigurations.admissionregistration.k8s.io",
                "validatingwebhookconfigurations.admissionregistration.k8s.io",
                "mutatingadmissionpolicies.admissionregistration.k8s.io",
                "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
                "validatingadmissionpolicies.admissionregistration.k8s.io",
                "validatingadmissionpolicybindings.admissionregistration.k8s.io",
                "apiservices.apiregistration.k8s.io",
            ],
            "Resources that must not be created or changed, nor deleted if they are for admission, each with its group, e.g. roles.rbac.authorization.k8s.io.",
        ),
        workloads: texts(
            [
                "pods",
                "replicationcontrollers",
                ...["deployments.apps", "daemonsets.apps", "statefulsets.apps", "replicasets.apps"],
                ...["jobs.batch", "cronjobs.batch", "scaledjobs.keda.sh", "services.serving.knative.dev"],
                ...["workflows.argoproj.io", "cronworkflows.argoproj.io", "rollouts.argoproj.io"],
                ...["taskruns.tekton.dev", "pipelineruns.tekton.dev"],
            ],
            "Resources whose creation is an advisory finding, since their pods may use every service account of the namespace.",
        ),
        secretVerbs: texts(["get", "list", "watch"], "Verbs on secrets that are an advisory finding."),
        allow: texts([], `Roles that are exempt, ${OBJECT_PATTERNS}.`),
    },
    *check({ object }, { allow, ...chosen }) {
        if (allowedBy(allow, object)) {
            return;
        }
        yield* each(object.at("rules").items(), (rule) => checkRule(rule, chosen));
    },
});

/** Options that apply to one rule of a role. */
interface Chosen {
    /** Verbs that must not be granted. */
    readonly verbs: readonly string[];
    /** Resources that must not be called or changed. */
    readonly resources: readonly string[];
    /** Resources, with group, that must not be created or changed. */
    readonly writes: readonly string[];
    /** Resources, with group, whose creation is advisory. */
    readonly workloads: readonly string[];
    /** Verbs on secrets that are advisory. */
    readonly secretVerbs: readonly string[];
}

/** Resources of the special verbs: a star in the verbs includes these verbs for them. */
const ACTS_ON: Readonly<Record<string, readonly ApiResource[]>> = {
    bind: [
        { group: "rbac.authorization.k8s.io", resource: "roles" },
        { group: "rbac.authorization.k8s.io", resource: "clusterroles" },
    ],
    escalate: [
        { group: "rbac.authorization.k8s.io", resource: "roles" },
        { group: "rbac.authorization.k8s.io", resource: "clusterroles" },
    ],
    approve: [{ group: "certificates.k8s.io", resource: "signers" }],
    sign: [{ group: "certificates.k8s.io", resource: "signers" }],
    impersonate: [
        { group: "", resource: "users" },
        { group: "", resource: "groups" },
        { group: "", resource: "serviceaccounts" },
    ],
};

/** Read verbs without side effects; get is not one, since it opens the connection of nodes/proxy and pods/exec. */
const HARMLESS: readonly string[] = ["list", "watch", "delete", "deletecollection"];

function* checkRule(rule: Field, { verbs, resources, writes, workloads, secretVerbs }: Chosen): Generator<Finding> {
    yield* each(rule.at("verbs").items(), function* (verb) {
        const name = verb.string() ?? "";
        if (verbs.includes(name)) {
            yield violation(verb, `is ${name}`, "Remove it (option allow).");
        }
        if (name !== "*") {
            return;
        }
        const included = verbs.filter((wanted) => ACTS_ON[wanted]?.some((target) => isForResource(rule, target)));
        if (included.length > 0) {
            yield violation(
                verb,
                `is a wildcard, which includes ${included.join(", ")}`,
                "List the verbs (option allow).",
            );
        }
    });
    yield* checkWrites(rule, writes, true, (entry, included) =>
        violation(
            entry,
            `${included}, with verbs that create or change it`,
            "Remove it, or grant read access only (option allow).",
        ),
    );
    // Without its admission webhooks and policies a cluster accepts what they refuse.
    if (
        !rule
            .at("verbs")
            .strings()
            .some((verb) => WRITING.includes(verb))
    ) {
        const guards = writes.filter((resource) => resource.endsWith(".admissionregistration.k8s.io"));
        yield* checkWrites(
            rule,
            guards,
            true,
            (entry, included) =>
                violation(entry, `${included}, with verbs that delete it`, "Remove it (option allow)."),
            DELETING,
        );
    }
    // Other rules report a star; advisory findings about each part would only repeat it.
    yield* checkWrites(rule, workloads, false, (entry, included) =>
        advice(
            entry,
            `${included}, whose pods may use every Secret and service account of the namespace`,
            "Grant it only to subjects that deploy workloads (options allow, workloads).",
        ),
    );
    const granted = rule.at("verbs").strings();
    const calls = granted.some((verb) => !HARMLESS.includes(verb));
    const read = granted.filter((verb) => secretVerbs.includes(verb) || (verb === "*" && secretVerbs.length > 0));
    if (!isForGroup(rule, "")) {
        return;
    }
    const named = rule.at("resourceNames").items().length > 0;
    yield* each(rule.at("resources").items(), function* (entry) {
        const name = entry.string() ?? "";
        const is = (included: readonly string[]): string =>
            included.includes(name) ? `is ${name}` : `is ${name}, which includes ${included.join(", ")}`;
        const called = calls ? resources.filter((resource) => standsFor(name, resource)) : [];
        if (called.length > 0) {
            yield violation(entry, `${is(called)}, with verbs that call it`, "Remove it (option allow).");
        } else if (standsFor(name, "secrets") && !named && read.length > 0) {
            const problem = `${is(["secrets"])}, with ${read.join(", ")} on all of them`;
            yield advice(entry, problem, "List them in resourceNames.");
        }
    });
}

/** Verbs that create or change an object. */
const WRITING: readonly string[] = ["create", "update", "patch", "*"];

/** Verbs that delete objects. */
const DELETING: readonly string[] = ["delete", "deletecollection"];

/**
 * Reports the entries of a rule that match one of these resources, also by a star if `stars` is set, and grant write
 * access.
 */
function* checkWrites(
    rule: Field,
    targets: readonly string[],
    stars: boolean,
    report: (entry: Field, included: string) => Finding,
    wanted: readonly string[] = WRITING,
): Generator<Finding> {
    const verbs = rule.at("verbs").strings();
    // resourceNames limit every verb except create, at which the name is not known yet.
    const named = rule.at("resourceNames").items().length > 0;
    if (!verbs.some((verb) => wanted.includes(verb) && (!named || verb === "create" || verb === "*"))) {
        return;
    }
    const own = targets.map(resourceOf).filter(({ group }) => isForGroup(rule, group));
    yield* each(rule.at("resources").items(), function* (entry) {
        const name = entry.string() ?? "";
        const included = own.filter(({ resource }) => standsFor(name, resource)).map(({ resource }) => resource);
        if (included.length > 0 && (stars || included.includes(name))) {
            const is = included.includes(name) ? `is ${name}` : `is ${name}, which includes ${included.join(", ")}`;
            yield report(entry, is);
        }
    });
}

/** Parses a resource such as `deployments.apps`. */
function resourceOf(text: string): ApiResource {
    const dot = text.indexOf(".");
    return dot < 0 ? { group: "", resource: text } : { group: text.slice(dot + 1), resource: text.slice(0, dot) };
}
