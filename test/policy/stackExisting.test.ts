import assert from "node:assert/strict";
import { evaluator } from "../../policy/evaluation/evaluate";
import { stackEvaluator } from "../../policy/evaluation/evaluateStack";
import type { RuleConfig } from "../../policy/engine/options";
import { RULES } from "../../policy/rules";
import { STACK_RULES } from "../../policy/rules/stack";
import { hardened, set, source, TODAY, UNKNOWN, violations, type Json } from "./fixtures";

const POD = "spec.template.spec";

function judge(id: string, objects: readonly Json[], options: RuleConfig = {}) {
    const rules = STACK_RULES.filter((rule) => rule.id === id);
    assert.equal(rules.length, 1, id);
    return stackEvaluator({ rules, config: { [id]: options }, today: TODAY })(objects.map(source));
}

const found = (...args: Parameters<typeof judge>) => violations(judge(...args));

const object = (apiVersion: string, kind: string, name: string, rest: Json = {}): Json => ({
    apiVersion,
    kind,
    metadata: { namespace: "shop", name },
    ...rest,
});
const account = object("v1", "ServiceAccount", "web");

describe("a reference to an object that the stack does not have", () => {
    const uses = (envFrom: Json) => set(hardened(), `${POD}.containers[0].envFrom`, [envFrom]);
    const place = [`${POD}.containers[0].envFrom[0].secretRef.name`];
    const secretRef = { name: "keys" };
    const check = (...objects: Json[]) => found("missing-reference", [account, ...objects]);

    it("is reported, unless it is optional or elsewhere", () => {
        assert.deepEqual(check(uses({ secretRef })), place);
        assert.deepEqual(check(uses({ secretRef: { ...secretRef, optional: true } })), []);
        assert.deepEqual(check(uses({ secretRef }), object("v1", "Secret", "keys")), []);
        assert.deepEqual(check(uses({ secretRef }), set(object("v1", "Secret", "keys"), "metadata.name", UNKNOWN)), []);
        const allow = { allow: ["k*"] };
        assert.deepEqual(found("missing-reference", [account, uses({ secretRef })], allow), []);
    });

    it("to a service account is reported, but for the default one", () => {
        assert.deepEqual(found("missing-reference", [hardened()]), [`${POD}.serviceAccountName`]);
        assert.deepEqual(check(set(hardened(), `${POD}.serviceAccountName`, "default")), []);
    });

    for (const [what, maker] of [
        ["a Certificate", object("cert-manager.io/v1", "Certificate", "c", { spec: { secretName: "keys" } })],
        ["an ExternalSecret", object("external-secrets.io/v1", "ExternalSecret", "keys", { spec: {} })],
        ["a claim for a bucket", object("objectbucket.io/v1alpha1", "ObjectBucketClaim", "keys", { spec: {} })],
        [
            "a SecretProviderClass",
            object("secrets-store.csi.x-k8s.io/v1", "SecretProviderClass", "c", {
                spec: { secretObjects: [{ secretName: "other" }, { secretName: "keys" }] },
            }),
        ],
        [
            "a claim of Crossplane",
            object("database.example.org/v1", "PostgreSQLInstance", "db", {
                spec: { writeConnectionSecretToRef: { name: "keys" } },
            }),
        ],
        [
            "an ExternalSecret with a target",
            object("external-secrets.io/v1", "ExternalSecret", "e", { spec: { target: { name: "keys" } } }),
        ],
        ["a SealedSecret", object("bitnami.com/v1alpha1", "SealedSecret", "keys", { spec: {} })],
    ] as const) {
        it(`finds what ${what} makes`, () => {
            assert.deepEqual(check(uses({ secretRef }), maker), []);
            assert.deepEqual(
                check(uses({ secretRef }), set(structuredClone(maker), "metadata.namespace", "other")),
                place,
            );
        });
    }

    it("finds what controllers of databases make with the name of their object in front", () => {
        const database = object("postgresql.cnpg.io/v1", "Cluster", "pg", { spec: {} });
        const named = (name: string) => check(uses({ secretRef: { name } }), database);
        assert.deepEqual(named("pg-app"), []);
        assert.deepEqual(named("pgadmin"), place);
        const cluster = object("postgres-operator.crunchydata.com/v1beta1", "PostgresCluster", "hippo", { spec: {} });
        assert.deepEqual(check(uses({ secretRef: { name: "hippo-pguser-hippo" } }), cluster), []);
    });

    it("is not looked for in the namespaces of the cluster itself", () => {
        const agent = set(uses({ secretRef }), "metadata.namespace", "kube-system");
        assert.deepEqual(check(agent, set({ ...account }, "metadata.namespace", "kube-system")), []);
    });

    it("finds the root certificates and the claims that Kubernetes makes", () => {
        const volumes = [
            { name: "a", projected: { sources: [{ configMap: { name: "kube-root-ca.crt" } }] } },
            { name: "b", persistentVolumeClaim: { claimName: "data-web-0" } },
        ];
        const set0 = set(hardened("StatefulSet"), "spec.volumeClaimTemplates", [{ metadata: { name: "data" } }]);
        assert.deepEqual(check(set(hardened("Job"), `${POD}.volumes`, volumes), set0), []);
        assert.deepEqual(check(set(hardened("Job"), `${POD}.volumes`, volumes)), [
            `${POD}.volumes[1].persistentVolumeClaim.claimName`,
        ]);
    });

    it("is not one to another namespace where it is optional or made", () => {
        const elsewhere = set(object("v1", "Secret", "keys"), "metadata.namespace", "other");
        const cross = (...objects: Json[]) => found("cross-namespace-reference", objects);
        assert.deepEqual(cross(uses({ secretRef }), elsewhere), place);
        assert.deepEqual(cross(uses({ secretRef: { ...secretRef, optional: true } }), elsewhere), []);
        const other = set(object("v1", "ServiceAccount", "default"), "metadata.namespace", "other");
        assert.deepEqual(cross(set(hardened(), `${POD}.serviceAccountName`, "default"), other), []);
    });
});

describe("the backend of a route", () => {
    const service = object("v1", "Service", "web", { spec: { ports: [{ port: 80, name: "http" }] } });
    const backend = (name: string, port: Json) =>
        object("networking.k8s.io/v1", "Ingress", "i", { spec: { defaultBackend: { service: { name, port } } } });
    const route = (reference: Json) =>
        object("gateway.networking.k8s.io/v1", "HTTPRoute", "r", { spec: { rules: [{ backendRefs: [reference] }] } });
    const at = "spec.defaultBackend.service";

    it("is a Service with that port", () => {
        assert.deepEqual(found("route-backend", [service, backend("web", { number: 80 })]), []);
        assert.deepEqual(found("route-backend", [service, backend("web", { name: "http" })]), []);
        assert.deepEqual(found("route-backend", [service, backend("web", { number: 8080 })]), [`${at}.port.number`]);
        assert.deepEqual(found("route-backend", [service, backend("wbe", { number: 80 })]), [`${at}.name`]);
        assert.deepEqual(found("route-backend", [service, backend("x", {})], { assumeExisting: true }), []);
    });

    it("of the Gateway API may be in another namespace", () => {
        const reference = "spec.rules[0].backendRefs[0]";
        assert.deepEqual(found("route-backend", [service, route({ name: "web", port: 80 })]), []);
        assert.deepEqual(found("route-backend", [service, route({ name: "web", port: 81 })]), [`${reference}.port`]);
        assert.deepEqual(found("route-backend", [service, route({ name: "web", namespace: "x", port: 80 })]), [
            `${reference}.name`,
        ]);
        assert.deepEqual(found("route-backend", [service, route({ name: "bucket", kind: "Bucket" })]), []);
    });

    it("may be one that an operator makes", () => {
        const prometheus = object("monitoring.coreos.com/v1", "Prometheus", "p", { spec: {} });
        const knative = object("serving.knative.dev/v1", "Service", "api", { spec: {} });
        assert.deepEqual(found("route-backend", [prometheus, backend("prometheus-operated", { number: 9090 })]), []);
        assert.deepEqual(found("route-backend", [knative, backend("api", { number: 80 })]), []);
    });
});

describe("an export of a cluster", () => {
    const deployment = set(hardened(), "metadata.uid", "d");
    const owned = (kind: string, name: string, owner: Json): Json => {
        const one = set(hardened(kind), "metadata.name", name);
        set(one, "metadata.uid", name);
        return set(one, "metadata.ownerReferences", [{ controller: true, ...owner }]);
    };
    const replicaSet = owned("ReplicaSet", "web-1", {
        apiVersion: "apps/v1",
        kind: "Deployment",
        name: "web",
        uid: "d",
    });
    const pod = owned("Pod", "web-1-a", { apiVersion: "apps/v1", kind: "ReplicaSet", name: "web-1", uid: "web-1" });

    it("is evaluated by what controllers make from, not by what they made", () => {
        assert.deepEqual(found("selector-matches-template", [deployment, replicaSet, pod]), []);
        const stranger = set(structuredClone(replicaSet), "metadata.ownerReferences[0].uid", "other");
        assert.notDeepEqual(found("selector-matches-template", [deployment, stranger]), []);
        const judgeAll = evaluator({ rules: RULES.filter(({ id }) => id === "image-digest"), today: TODAY });
        const list = (...items: Json[]) => judgeAll(source({ apiVersion: "v1", kind: "List", items }));
        assert.equal(list(deployment, replicaSet, pod).length, list(deployment).length);
    });

    it("does not leave out what has more than its owner", () => {
        const judgeAll = evaluator({ rules: RULES.filter(({ id }) => id === "privileged"), today: TODAY });
        const items = [
            deployment,
            replicaSet,
            set(structuredClone(pod), "spec.containers[0].securityContext.privileged", true),
        ];
        assert.deepEqual(violations(judgeAll(source({ apiVersion: "v1", kind: "List", items }))), [
            "items[2].spec.containers[0].securityContext.privileged",
        ]);
        assert.deepEqual(judgeAll(source({ apiVersion: "v1", kind: "List", items: items.slice(0, 2) })), []);
    });

    it("does not leave out what only claims to be owned by something that makes no such object", () => {
        const claimed = set(structuredClone(pod), "metadata.ownerReferences[0]", {
            apiVersion: "v1",
            kind: "ConfigMap",
            name: "c",
            uid: "c",
        });
        const config = set(object("v1", "ConfigMap", "c"), "metadata.uid", "c");
        const judgeAll = evaluator({ rules: RULES.filter(({ id }) => id === "image-digest"), today: TODAY });
        const items = [config, claimed];
        assert.notDeepEqual(judgeAll(source({ apiVersion: "v1", kind: "List", items })), []);
    });
});

describe("autoscalers of other projects", () => {
    const scaled = (spec: Json = {}) =>
        object("keda.sh/v1alpha1", "ScaledObject", "s", { spec: { scaleTargetRef: { name: "web" }, ...spec } });
    const rollout = (spec: Json = {}) => object("argoproj.io/v1alpha1", "Rollout", "r", { spec });

    it("count as those of Kubernetes", () => {
        const three = set(hardened(), "spec.replicas", 3);
        assert.deepEqual(found("hpa-replicas-conflict", [three, scaled()]), ["spec.replicas"]);
        assert.deepEqual(found("min-replicas", [hardened()]), ["spec.replicas"]);
        assert.deepEqual(found("min-replicas", [hardened(), scaled()]), []);
        assert.deepEqual(found("pdb-coverage", [hardened(), scaled()]).length, 1);
        assert.deepEqual(found("hpa-sanity", [scaled({ scaleTargetRef: { name: "wbe" } })]), ["spec.scaleTargetRef"]);
        const stack = { "requests.cpu": "7" };
        assert.match(
            judge("resource-budget", [hardened(), scaled({ maxReplicaCount: 50 })], { stack })[0]?.message ?? "",
            /add up to 7500m,/,
        );
    });

    it("of a Deployment may be the Rollout that takes it over", () => {
        assert.deepEqual(
            found("min-replicas", [
                hardened(),
                rollout({ replicas: 3, workloadRef: { kind: "Deployment", name: "web" } }),
            ]),
            [],
        );
    });

    it("may scale a Rollout", () => {
        const own = { ...hardened(), apiVersion: "argoproj.io/v1alpha1", kind: "Rollout" };
        const scaler = object("autoscaling/v2", "HorizontalPodAutoscaler", "h", {
            spec: {
                scaleTargetRef: { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", name: "web" },
                maxReplicas: 5,
            },
        });
        assert.deepEqual(found("hpa-sanity", [own, scaler]), []);
        assert.deepEqual(found("min-replicas", [own]), ["spec.replicas"]);
        assert.deepEqual(found("min-replicas", [own, scaler]), []);
    });

    it("must have a target that exists, by a version that has its kind", () => {
        const vertical = object("autoscaling.k8s.io/v1", "VerticalPodAutoscaler", "v", {
            spec: { targetRef: { apiVersion: "v1", kind: "Deployment", name: "web" } },
        });
        assert.deepEqual(found("hpa-sanity", [hardened(), vertical]), ["spec.targetRef.apiVersion"]);
        assert.deepEqual(found("hpa-sanity", [set(vertical, "spec.targetRef.apiVersion", "apps/v1")]), [
            "spec.targetRef",
        ]);
    });

    it("compare with the requests of sidecars, too", () => {
        const use = { type: "Resource", resource: { name: "cpu", target: { type: "Utilization" } } };
        const scaler = object("autoscaling/v2", "HorizontalPodAutoscaler", "h", {
            spec: { scaleTargetRef: { kind: "Deployment", name: "web" }, maxReplicas: 5, metrics: [use] },
        });
        const bare = set(hardened(), `${POD}.initContainers[1].resources`, {});
        assert.deepEqual(found("hpa-sanity", [bare, scaler]), ["spec.metrics[0]"]);
        assert.deepEqual(found("hpa-sanity", [set(hardened(), `${POD}.initContainers[0].resources`, {}), scaler]), []);
    });

    it("of Knative are annotations", () => {
        const knative = object("serving.knative.dev/v1", "Service", "k", {
            spec: {
                template: {
                    metadata: { annotations: { "autoscaling.knative.dev/max-scale": "4" } },
                    spec: { containers: [{ image: "a:1", resources: { requests: { cpu: "1" } } }] },
                },
            },
        });
        assert.match(
            judge("resource-budget", [knative], { stack: { "requests.cpu": "3" } })[0]?.message ?? "",
            /add up to 4,/,
        );
    });
});

describe("the quota of a namespace", () => {
    it("is missing where the stack has none", () => {
        const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } };
        assert.deepEqual(found("namespace-quota", [namespace]), ["metadata.name"]);
        assert.deepEqual(found("namespace-quota", [namespace, object("v1", "ResourceQuota", "q")]), []);
    });
});
