import assert from "node:assert/strict";
import { stackEvaluator } from "../../policy/evaluation/evaluateStack";
import type { RuleConfig } from "../../policy/engine/options";
import { STACK_RULES } from "../../policy/rules/stack";
import { hardened, set, source, TODAY, violations, type Json } from "./fixtures";

/** Messages of a stack rule about objects. */
function judge(id: string, objects: readonly Json[], options: RuleConfig = {}) {
    const rules = STACK_RULES.filter((rule) => rule.id === id);
    assert.equal(rules.length, 1, id);
    return stackEvaluator({ rules, config: { [id]: options }, today: TODAY })(objects.map(source));
}

/** Paths of its violations that are more than advice. */
const found = (...args: Parameters<typeof judge>) => violations(judge(...args).filter(({ advisory }) => !advisory));

const object = (apiVersion: string, kind: string, name: string, spec: unknown): Json => ({
    apiVersion,
    kind,
    metadata: { namespace: "shop", name },
    spec,
});
const LABELS = { "app.kubernetes.io/name": "web" };
const budget = (name: string, selector: unknown, apiVersion = "policy/v1") =>
    object(apiVersion, "PodDisruptionBudget", name, { maxUnavailable: 1, selector });
const service = (selector: Json) => object("v1", "Service", "web", { selector, ports: [{ port: 80 }] });
const policy = (podSelector: unknown) =>
    object("networking.k8s.io/v1", "NetworkPolicy", "web", { podSelector, policyTypes: ["Ingress", "Egress"] });
const replicated = set(hardened(), "spec.replicas", 3);

describe("a selector that is missing or empty", () => {
    it("of a PodDisruptionBudget selects no pods, or all of them", () => {
        assert.deepEqual(found("pdb-coverage", [replicated, budget("b", undefined)]).length, 1);
        assert.deepEqual(found("pdb-coverage", [replicated, budget("b", null)]).length, 1);
        assert.deepEqual(found("pdb-coverage", [replicated, budget("b", {})]), []);
        assert.deepEqual(found("pdb-coverage", [replicated, budget("b", {}, "policy/v1beta1")]).length, 1);
        assert.deepEqual(found("dangling-selector", [replicated, budget("b", undefined)]), ["spec.selector"]);
        assert.deepEqual(found("dangling-selector", [replicated, budget("b", {})]), []);
    });

    it("of a NetworkPolicy selects all pods", () => {
        for (const selector of [undefined, null, {}]) {
            assert.deepEqual(found("network-policy-coverage", [hardened(), policy(selector)]), []);
            assert.deepEqual(found("default-deny-network-policy", [hardened(), policy(selector)]), []);
            assert.deepEqual(found("dangling-selector", [hardened(), policy(selector)]), []);
        }
    });
});

describe("two budgets for the same pods", () => {
    it("are reported at the second, by the name of the first", () => {
        const [outcome, ...rest] = judge("pdb-sanity", [
            replicated,
            budget("a", {}),
            budget("b", { matchLabels: LABELS }),
        ]);
        assert.deepEqual(rest, []);
        assert.equal(
            outcome?.message,
            "PodDisruptionBudget shop/b: spec.selector selects the pods of Deployment web, as PodDisruptionBudget a does, " +
                "so that Kubernetes refuses every eviction. Keep one of the two budgets for these pods.",
        );
        const elsewhere = set(budget("b", {}), "metadata.namespace", "other");
        assert.deepEqual(judge("pdb-sanity", [replicated, budget("a", {}), elsewhere]), []);
    });
});

describe("a Service that selects labels set at run time", () => {
    const key = "statefulset.kubernetes.io/pod-name";
    for (const [kind, labels, alive] of [
        ["StatefulSet", { [key]: "web-0" }, true],
        ["StatefulSet", { ...LABELS, [key]: "web-12" }, true],
        ["StatefulSet", { [key]: "other-0" }, false],
        ["StatefulSet", { app: "other", [key]: "web-0" }, false],
        ["Deployment", { [key]: "web-0" }, false],
        ["StatefulSet", { ...LABELS, "apps.kubernetes.io/pod-index": "0" }, true],
        ["StatefulSet", { ...LABELS, "controller-revision-hash": "web-5d9" }, true],
        ["DaemonSet", { ...LABELS, "controller-revision-hash": "5d9" }, true],
        ["Deployment", { ...LABELS, "pod-template-hash": "5d9" }, true],
        ["StatefulSet", { ...LABELS, "pod-template-hash": "5d9" }, false],
        ["Job", { "job-name": "web" }, true],
        ["Job", { "batch.kubernetes.io/job-name": "other" }, false],
        ["Deployment", { ...LABELS, "topology.kubernetes.io/zone": "a" }, true],
    ] as const) {
        it(`${alive ? "leads to pods of" : "leads nowhere with"} a ${kind}: ${JSON.stringify(labels)}`, () => {
            assert.deepEqual(
                found("service-selector", [hardened(kind), service({ ...labels })]),
                alive ? [] : ["spec.selector"],
            );
        });
    }

    it("is advice only in a namespace without workloads, and nothing in one of the cluster itself", () => {
        const other = set(service({ app: "x" }), "metadata.namespace", "other");
        assert.deepEqual(
            judge("service-selector", [hardened(), other]).map(({ advisory }) => advisory),
            [true],
        );
        const system = set(service({ app: "x" }), "metadata.namespace", "kube-system");
        assert.deepEqual(judge("service-selector", [hardened(), system]), []);
    });

    it("does not count as coverage of all pods", () => {
        const one = policy({ matchLabels: { [key]: "web-0" } });
        assert.equal(found("network-policy-coverage", [hardened("StatefulSet"), one]).length, 1);
        assert.deepEqual(found("dangling-selector", [hardened("StatefulSet"), one]), []);
    });
});

describe("a port of a Service", () => {
    const named = (list: string, port: Json, restartPolicy?: string) =>
        set(hardened(), `spec.template.spec.${list}`, [{ name: "a", image: "a:1", ports: [port], restartPolicy }]);
    const toWeb = set(service(LABELS), "spec.ports", [{ port: 80, targetPort: "web" }]);
    const check = (target: Json) => found("service-selector", [target, toWeb]);

    it("is found in sidecars and not in init containers, by its protocol", () => {
        const port = { name: "web", containerPort: 80 };
        assert.deepEqual(check(named("containers", port)), []);
        assert.deepEqual(check(named("initContainers", port, "Always")), []);
        assert.deepEqual(check(named("initContainers", port)), ["spec.ports[0].targetPort"]);
        assert.deepEqual(check(named("containers", { ...port, protocol: "UDP" })), ["spec.ports[0].targetPort"]);
    });
});

describe("what selects pods", () => {
    it("is found to select none", () => {
        assert.deepEqual(found("dangling-selector", [hardened(), policy({ matchLabels: { app: "x" } })]), [
            "spec.podSelector",
        ]);
        assert.deepEqual(found("dangling-selector", [hardened(), budget("b", { matchLabels: { app: "x" } })]), [
            "spec.selector",
        ]);
        assert.deepEqual(
            found("dangling-selector", [hardened(), policy({ matchLabels: { app: "x" } })], { assumeExisting: true }),
            [],
        );
    });

    it("is not said to where a chart or an operator may make the pods", () => {
        const lost = policy({ matchLabels: { app: "x" } });
        const prometheus = object("monitoring.coreos.com/v1", "Prometheus", "p", {});
        const release = object("helm.sh/v3", "Release", "r", {});
        assert.deepEqual(judge("dangling-selector", [hardened(), lost, prometheus]), []);
        assert.deepEqual(judge("dangling-selector", [hardened(), lost, release]), []);
    });
});

describe("a selector of labels that applications give their pods", () => {
    const patroni = set(hardened("StatefulSet"), "spec.template.metadata.labels", { app: "pg" });

    it("is advice where the template has the others, and none of another value", () => {
        assert.deepEqual(found("service-selector", [patroni, service({ app: "pg", role: "master" })]), []);
        const [advised, ...rest] = judge("service-selector", [patroni, service({ app: "pg", role: "master" })]);
        assert.deepEqual(rest, []);
        assert.match(advised?.message ?? "", /only by labels that no pod template has/);
        assert.deepEqual(found("service-selector", [patroni, service({ app: "vault", role: "master" })]).length, 1);
        assert.deepEqual(found("service-selector", [patroni, service({ role: "master" })]).length, 1);
        assert.deepEqual(found("service-selector", [patroni, service({ app: "pg", "job-name": "x" })]).length, 1);
        const expressions = [
            { key: "app", operator: "In", values: ["pg"] },
            { key: "role", operator: "Exists" },
        ];
        assert.deepEqual(found("dangling-selector", [patroni, policy({ matchLabels: { app: "pg" } })]), []);
        assert.deepEqual(found("dangling-selector", [patroni, policy({ matchExpressions: expressions })]).length, 1);
        const both = { matchLabels: { app: "pg" }, matchExpressions: expressions };
        assert.deepEqual(found("dangling-selector", [patroni, policy(both)]), []);
    });

    it("may lead to pods that an operator makes from what shows no labels", () => {
        const cluster = object("postgresql.cnpg.io/v1", "Cluster", "pg", { instances: 3 });
        const database = service({ "cnpg.io/cluster": "pg" });
        assert.deepEqual(found("service-selector", [patroni, database]), ["spec.selector"]);
        assert.deepEqual(judge("service-selector", [patroni, database, cluster]), []);
        assert.deepEqual(found("service-selector", [patroni, database, set(cluster, "metadata.namespace", "db")]), [
            "spec.selector",
        ]);
    });
});

describe("two budgets, one of them for one pod of a StatefulSet", () => {
    const replicas = set(
        set(hardened("StatefulSet"), "spec.template.metadata.labels", { app: "pg" }),
        "spec.replicas",
        3,
    );
    const all = budget("all", { matchLabels: { app: "pg" } });
    const one = (labels: Json) => budget("one", { matchLabels: labels });

    for (const labels of [
        { "apps.kubernetes.io/pod-index": "0" },
        { "statefulset.kubernetes.io/pod-name": "web-0" },
        { app: "pg", "apps.kubernetes.io/pod-index": "0" },
    ]) {
        it(`block the eviction of that pod: ${JSON.stringify(labels)}`, () => {
            assert.deepEqual(found("pdb-sanity", [replicas, all, one(labels)]), ["spec.selector"]);
            assert.deepEqual(found("pdb-sanity", [replicas, one(labels), all]), ["spec.selector"]);
        });
    }

    it("are well where they are for different pods, or for one that need not exist", () => {
        const first = { "apps.kubernetes.io/pod-index": "0" };
        const second = budget("two", { matchLabels: { "apps.kubernetes.io/pod-index": "1" } });
        assert.deepEqual(found("pdb-sanity", [replicas, one(first), second]), []);
        assert.deepEqual(found("pdb-sanity", [replicas, all, one({ "apps.kubernetes.io/pod-index": "9" })]), []);
    });
});
