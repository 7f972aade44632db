import assert from "node:assert/strict";
import { parse } from "yaml";
import type { RuleConfig } from "../../policy/engine/options";
import { RULES } from "../../policy/rules";
import { evaluate, violations, type Json } from "./fixtures";

/** A kind's API version, and the rest of its object as YAML. */
const KIND: Readonly<Record<string, string>> = {
    Gateway: "gateway.networking.k8s.io/v1",
    Role: "rbac.authorization.k8s.io/v1",
    ClusterRole: "rbac.authorization.k8s.io/v1",
    RoleBinding: "rbac.authorization.k8s.io/v1",
    ClusterRoleBinding: "rbac.authorization.k8s.io/v1",
    Service: "v1",
    Pod: "v1",
    Namespace: "v1",
    ConfigMap: "v1",
    Ingress: "networking.k8s.io/v1",
    PodDisruptionBudget: "policy/v1",
    HorizontalPodAutoscaler: "autoscaling/v2",
    Deployment: "apps/v1",
    StatefulSet: "apps/v1",
    CronJob: "batch/v1",
    Job: "batch/v1",
};

/** The change to an object, as YAML; the paths that violate a rule; the options. */
type Case = readonly [kind: string, body: string, paths: readonly string[], options?: RuleConfig];

const role = (rule: string): string => `rules: [${rule}]`;
const CORE = 'apiGroups: [""]';
const ALLOW: RuleConfig = { allow: ["shop/*"] };

const CASES: Readonly<Record<string, readonly Case[]>> = {
    "rbac-wildcard": [
        ["Role", role(`{ ${CORE}, resources: [pods], verbs: [get] }`), []],
        ["Role", role(`{ ${CORE}, resources: [pods], verbs: ["*", get] }`), ["rules[0].verbs[0]"]],
        ["Role", role('{ apiGroups: ["*"], resources: [pods], verbs: [get] }'), ["rules[0].apiGroups[0]"]],
        ["ClusterRole", role(`{ ${CORE}, resources: [pods, "*"], verbs: [get] }`), ["rules[0].resources[1]"]],
        ["ClusterRole", role(`{ ${CORE}, resources: ["*/exec"], verbs: [get] }`), ["rules[0].resources[0]"]],
        ["ClusterRole", role('{ nonResourceURLs: ["*"], verbs: [get] }'), ["rules[0].nonResourceURLs[0]"]],
        ["ClusterRole", role('{ nonResourceURLs: ["/*"], verbs: [get] }'), ["rules[0].nonResourceURLs[0]"]],
        ["ClusterRole", role('{ nonResourceURLs: ["/healthz/*", /metrics], verbs: [get] }'), []],
        // Kubernetes treats neither as a wildcard.
        ["Role", role(`{ ${CORE}, resources: ["pods/*", "pod*"], verbs: ["get*"] }`), []],
        ["Role", role(`{ ${CORE}, resources: ["*"], verbs: [get] }`), [], ALLOW],
        ["Role", "rules: [{ verbs: get }, null]", ["rules[0].verbs"]],
    ],
    "rbac-escalation": [
        ["Role", role("{ apiGroups: [apps], resources: [deployments], verbs: [get, list] }"), []],
        // Advice: pods of any kind may use what is in their namespace.
        ["Role", role("{ apiGroups: [apps], resources: [deployments], verbs: [create] }"), ["rules[0].resources[0]"]],
        ["Role", role(`{ ${CORE}, resources: [pods], verbs: [create] }`), ["rules[0].resources[0]"]],
        ["Role", role(`{ ${CORE}, resources: [pods], resourceNames: [web], verbs: [patch] }`), []],
        ["Role", role(`{ ${CORE}, resources: [pods], verbs: [create] }`), [], { workloads: [] }],
        [
            "ClusterRole",
            role(`{ ${CORE}, resources: [persistentvolumes], verbs: [create] }`),
            ["rules[0].resources[0]"],
        ],
        ["ClusterRole", role(`{ ${CORE}, resources: [persistentvolumes], verbs: [get, delete] }`), []],
        [
            "ClusterRole",
            role(
                "{ apiGroups: [certificates.k8s.io], resources: [certificatesigningrequests/approval], verbs: [update] }",
            ),
            ["rules[0].resources[0]"],
        ],
        [
            "ClusterRole",
            role("{ apiGroups: [certificates.k8s.io], resources: [signers], verbs: [approve] }"),
            ["rules[0].verbs[0]"],
        ],
        [
            "ClusterRole",
            role(
                "{ apiGroups: [admissionregistration.k8s.io], resources: [validatingwebhookconfigurations], verbs: [patch] }",
            ),
            ["rules[0].resources[0]"],
        ],
        ["Role", role(`{ ${CORE}, resources: [pods/exec], verbs: [get] }`), ["rules[0].resources[0]"]],
        ["Role", role(`{ ${CORE}, resources: [pods/exec], verbs: [list, delete] }`), []],
        ["Role", role("{ apiGroups: [apps], resources: [pods/exec], verbs: [create] }"), []],
        ["Role", role(`{ ${CORE}, resources: ["*/exec"], verbs: [create] }`), ["rules[0].resources[0]"]],
        ["Role", role(`{ ${CORE}, resources: ["*/log"], verbs: [create] }`), []],
        // As a call of pods/exec, and as a persistent volume.
        [
            "Role",
            role(`{ ${CORE}, resources: ["*"], verbs: [create] }`),
            [0, 0].map((at) => `rules[${at}].resources[0]`),
        ],
        // A wildcard that only allows listing reads Secrets, which is advisory.
        ["Role", role(`{ ${CORE}, resources: ["*"], verbs: [list] }`), ["rules[0].resources[0]"]],
        ["Role", role(`{ ${CORE}, resources: [secrets], verbs: [get] }`), ["rules[0].resources[0]"]],
        ["Role", role(`{ ${CORE}, resources: [secrets], resourceNames: [web], verbs: [get] }`), []],
        ["Role", role(`{ ${CORE}, resources: [secrets], verbs: ["*"] }`), [], { secretVerbs: [] }],
        ["Role", role(`{ ${CORE}, resources: [users], verbs: [impersonate] }`), ["rules[0].verbs[0]"]],
        ["Role", role(`{ ${CORE}, resources: [serviceaccounts], verbs: ["*"] }`), ["rules[0].verbs[0]"]],
        ["Role", role('{ apiGroups: ["*"], resources: [clusterroles], verbs: ["*"] }'), ["rules[0].verbs[0]"]],
        ["Role", role('{ apiGroups: [apps], resources: [deployments], verbs: ["*"] }'), ["rules[0].resources[0]"]],
        ["Role", role(`{ ${CORE}, resources: [pods/exec], verbs: [create] }`), [], ALLOW],
    ],
    "rbac-cluster-admin": [
        ["RoleBinding", "roleRef: { kind: ClusterRole, name: cluster-admin }", ["roleRef.name"]],
        ["RoleBinding", "roleRef: { kind: Role, name: cluster-admin }", []],
        [
            "ClusterRoleBinding",
            "roleRef: { kind: ClusterRole, name: view }\nsubjects: [{ kind: Group, name: system:unauthenticated }, { kind: ServiceAccount, name: system:masters }]",
            ["subjects[0].name"],
        ],
        ["ClusterRoleBinding", "roleRef: { kind: ClusterRole, name: cluster-admin }", [], { allow: ["shop/web"] }],
        ...["authenticated", "unauthenticated", "serviceaccounts", "anonymous", "masters"].map((group): Case => [
            "RoleBinding",
            `roleRef: { kind: Role, name: view }\nsubjects: [{ kind: Group, name: "system:${group}" }]`,
            ["subjects[0].name"],
        ]),
    ],
    "service-type": [
        ["Service", "spec: { type: ClusterIP }", []],
        ["Service", "spec: {}", []],
        ["Service", "spec: { type: NodePort }", ["spec.type"]],
        ["Service", "spec: { type: LoadBalancer }", ["spec.type"]],
        ["Service", "spec: { type: NodePort }", [], ALLOW],
        ["Service", "spec: { type: ExternalName }", ["spec.type"], { types: ["ExternalName"] }],
        ["Service", "spec: { type: [NodePort] }", ["spec.type"]],
    ],
    "service-external-ips": [
        ["Service", "spec: { externalIPs: [] }", []],
        ["Service", "spec: { externalIPs: [192.0.2.1, 192.0.2.2] }", ["spec.externalIPs[1]"], { allow: ["192.0.2.1"] }],
        ["Service", "spec: { externalIPs: 192.0.2.1 }", ["spec.externalIPs"]],
    ],
    "ingress-tls": [
        ["Ingress", "spec: { rules: [{ host: a.example }] }", ["spec.tls"]],
        ["Ingress", "spec: { tls: [{ hosts: [b.example] }], rules: [{ host: a.example }] }", ["spec.rules[0].host"]],
        ["Ingress", 'spec: { tls: [{ hosts: ["*.example"] }], rules: [{ host: a.example }] }', []],
        [
            "Ingress",
            'spec: { tls: [{ hosts: ["*.example"] }], rules: [{ host: a.b.example }] }',
            ["spec.rules[0].host"],
        ],
        ["Ingress", "spec: { tls: [{ secretName: all }], rules: [{ host: a.example }] }", []],
    ],
    "ingress-host": [
        ["Ingress", "spec: { rules: [{ host: a.example }] }", []],
        [
            "Ingress",
            'spec: { rules: [{}, { host: "*.example" }, null] }',
            [0, 1, 2].map((at) => `spec.rules[${at}].host`),
        ],
        ["Ingress", "spec: { defaultBackend: { service: { name: web } } }", ["spec.defaultBackend"]],
    ],
    "ingress-snippets": [
        ...["configuration", "server", "auth", "stream"].map((name): Case => [
            "Ingress",
            `metadata: { annotations: { nginx.ingress.kubernetes.io/${name}-snippet: "a" } }`,
            [`metadata.annotations["nginx.ingress.kubernetes.io/${name}-snippet"]`],
        ]),
        ["Ingress", "metadata: { annotations: { nginx.ingress.kubernetes.io/rewrite-target: / } }", []],
        ["Ingress", "metadata: { annotations: { nginx.ingress.kubernetes.io/server-snippet: a } }", [], ALLOW],
        ["ConfigMap", 'data: { allow-snippet-annotations: "true" }', ["data.allow-snippet-annotations"]],
        ["ConfigMap", 'data: { allow-snippet-annotations: "false" }', []],
    ],
    "gateway-tls": [
        ["Gateway", "spec: { listeners: [{ name: a, protocol: HTTP }] }", ["spec.listeners[0].protocol"]],
        ["Gateway", "spec: { listeners: [{ name: a, protocol: HTTP }] }", [], { allowListeners: ["a"] }],
        ["Gateway", "spec: { listeners: [{ name: a, protocol: HTTP }] }", [], ALLOW],
        ["Gateway", "spec: { listeners: [{ name: a, protocol: HTTPS }] }", ["spec.listeners[0].tls.certificateRefs"]],
        ["Gateway", "spec: { listeners: [{ protocol: HTTPS, tls: { certificateRefs: [{ name: a }] } }] }", []],
        ["Gateway", "spec: { listeners: [{ protocol: TLS, tls: { mode: Passthrough } }] }", []],
    ],
    "pdb-sanity": [
        ["PodDisruptionBudget", "spec: { maxUnavailable: 1 }", []],
        ["PodDisruptionBudget", "spec: { minAvailable: 50% }", []],
        ["PodDisruptionBudget", "spec: {}", ["spec"]],
        ["PodDisruptionBudget", "spec: { minAvailable: 1, maxUnavailable: 1 }", ["spec.maxUnavailable"]],
        ...["0", "0%", "100%", "-1", '"1"', "1.5", ".nan", "many", "[1]"].map((value): Case => [
            "PodDisruptionBudget",
            `spec: { maxUnavailable: ${value} }`,
            ["spec.maxUnavailable"],
        ]),
        ...["0", "100%", "250%"].map((value): Case => [
            "PodDisruptionBudget",
            `spec: { minAvailable: ${value} }`,
            ["spec.minAvailable"],
        ]),
    ],
    "hpa-sanity": [
        ["HorizontalPodAutoscaler", "spec: { minReplicas: 2, maxReplicas: 3 }", []],
        ["HorizontalPodAutoscaler", "spec: { maxReplicas: 3 }", ["spec.minReplicas"]],
        ["HorizontalPodAutoscaler", "spec: { maxReplicas: 3 }", [], { min: 1 }],
        ["HorizontalPodAutoscaler", "spec: { minReplicas: 3, maxReplicas: 3 }", ["spec.maxReplicas"]],
        ["HorizontalPodAutoscaler", "spec: { minReplicas: 2, maxReplicas: 9 }", ["spec.maxReplicas"], { max: 5 }],
        ["HorizontalPodAutoscaler", "spec: { minReplicas: 2, maxReplicas: .inf }", ["spec.maxReplicas"]],
        ["HorizontalPodAutoscaler", 'spec: { minReplicas: "2", maxReplicas: 5 }', ["spec.minReplicas"]],
    ],
    "min-replicas": [
        ["Deployment", "spec: { replicas: 2 }", []],
        ["Deployment", "spec: { replicas: 0 }", []],
        ["StatefulSet", "spec: { replicas: 1 }", ["spec.replicas"]],
        ["Deployment", "spec: { replicas: -3 }", ["spec.replicas"]],
        ["Deployment", "spec: { replicas: .nan }", ["spec.replicas"]],
        ["Deployment", "spec: {}", ["spec.replicas"], { unset: "report" }],
    ],
    "cronjob-deadline": [
        ["CronJob", "spec: { startingDeadlineSeconds: 0 }", []],
        ["CronJob", "spec: {}", ["spec.startingDeadlineSeconds"]],
        ["CronJob", 'spec: { startingDeadlineSeconds: "60" }', ["spec.startingDeadlineSeconds"]],
    ],
    ttl: [
        ["Job", "spec: { ttlSecondsAfterFinished: 0 }", []],
        ["Job", "spec: {}", ["spec.ttlSecondsAfterFinished"]],
        ["CronJob", "spec: {}", ["spec.jobTemplate.spec.ttlSecondsAfterFinished"]],
    ],
    "naked-pod": [
        ["Pod", "spec: {}", ["kind"]],
        ["Pod", "metadata: { ownerReferences: [{ kind: Node }] }", []],
        ["Pod", "spec: {}", [], ALLOW],
    ],
    "namespace-pss-label": [
        ["Namespace", "metadata: { labels: { pod-security.kubernetes.io/enforce: restricted } }", []],
        ["Namespace", "metadata: {}", ['metadata.labels["pod-security.kubernetes.io/enforce"]']],
        [
            "Namespace",
            "metadata: { labels: { pod-security.kubernetes.io/enforce: privileged } }",
            ['metadata.labels["pod-security.kubernetes.io/enforce"]'],
        ],
    ],
    "plaintext-secret": [
        ["ConfigMap", "data: { LOG_LEVEL: debug, DB_PASSWORD_FILE: /run/a, AUTH_ENABLED: some }", []],
        ["ConfigMap", "data: { PGPASSWORD: hunter2hunter2 }", ["data.PGPASSWORD"]],
        ["ConfigMap", "data: { dbPassword: hunter2hunter2 }", ["data.dbPassword"]],
        ["ConfigMap", "data: { PASSWORD: $(OTHER) }", []],
        ["ConfigMap", "data: { PASSWORD: 7 }", ["data.PASSWORD"]],
        // A name of a Secret is at most advice.
        ["ConfigMap", "data: { DB_SECRET: my-db-secret }", ["data.DB_SECRET"]],
        ["ConfigMap", "data: { TLS_SECRET: web-tls, existingSecret: web }", []],
        ...[
            "spring.datasource.password=hunter2",
            "[client]\\npassword = hunter2",
            "db:\\n  password: hunter2",
            '{\\"auths\\": {\\"reg.example\\": {\\"auth\\": \\"dXNlcjpwYXNz\\"}}}',
            '{\\"clientSecret\\": \\"Hunter2x\\"}',
            "//registry.example/:_authToken=Hunter2x",
            "<password>hunter2</password>",
            "export API_KEY='hunter2'",
        ].map((text): Case => ["ConfigMap", `data: { file: "a: b\\n${text}" }`, ["data.file"]]),
        ...["password: ${PASSWORD}", "password_file: /run/p", "# password: hunter2", "token_url=https://a.example"].map(
            (text): Case => ["ConfigMap", `data: { file: "a: b\\n${text}" }`, []],
        ),
        [
            "ConfigMap",
            `binaryData: { file: ${Buffer.from("a=b\npassword=hunter2").toString("base64")} }`,
            ["binaryData.file"],
        ],
        ["ConfigMap", "data: { API_KEY: abcdefgh }", [], { allowKeys: ["API_*"] }],
    ],
};

describe("rules over objects", () => {
    for (const [id, cases] of Object.entries(CASES)) {
        for (const [kind, body, paths, options = {}] of cases) {
            const under = Object.keys(options).length === 0 ? "" : ` under ${JSON.stringify(options)}`;
            it(`${id}: ${kind} with ${body}${under}`, () => {
                const rule = RULES.find((candidate) => candidate.id === id);
                assert.ok(rule);
                const fields = parse(body, { version: "1.1" }) as Json & { metadata?: Json };
                const metadata = { namespace: "shop", name: "web", ...fields.metadata };
                const object = { apiVersion: KIND[kind], kind, ...fields, metadata };
                assert.deepEqual(violations(evaluate(rule, object, { options })), paths);
                // The same as an element of a list.
                const list = { apiVersion: "v1", kind: "List", items: [object] };
                assert.deepEqual(
                    violations(evaluate(rule, list, { options })),
                    paths.map((path) => `items[0].${path}`),
                );
            });
        }
    }
});
