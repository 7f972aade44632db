import assert from "node:assert/strict";
import { stackEvaluator } from "../../policy/evaluation/evaluateStack";
import { OptionError, type RuleConfig } from "../../policy/engine/options";
import type { StackRule } from "../../policy/evaluation/stackRule";
import { groupKindOf } from "../../policy/kubernetes/kinds";
import { RULES } from "../../policy/rules";
import { STACK_RULES } from "../../policy/rules/stack";
import { exampleObjects } from "./examples";
import { hardened, KINDS, set, TODAY, UNKNOWN, violations, type Json } from "./fixtures";

/** Evaluates one rule over objects. */
function judge(id: string, objects: readonly Json[], options: RuleConfig = {}) {
    const rule = STACK_RULES.find((candidate) => candidate.id === id);
    assert.ok(rule, id);
    const sources = objects.map((body) => ({
        ...groupKindOf(String(body.apiVersion), String(body.kind)),
        body,
    }));
    return run(rule, sources, options);
}

function run(rule: StackRule, sources: Parameters<ReturnType<typeof stackEvaluator>>[0], options: RuleConfig = {}) {
    return stackEvaluator({ rules: [rule], config: { [rule.id]: options }, today: TODAY })(sources);
}

describe("every rule over a stack", () => {
    for (const rule of STACK_RULES) {
        it(`${rule.id} finds fault with its bad example, and none with its good one`, () => {
            const { bad, good, options } = rule.example;
            // Rules that also evaluate single objects have an example for that.
            const alone = RULES.some(({ id }) => id === rule.id);
            const found = run(rule, exampleObjects(bad), options);
            if (!alone) {
                assert.notDeepEqual(violations(found), []);
            }
            for (const { message } of found) {
                assert.match(message, /^\w+ \S+: .+\. [A-Z].+\.$/s);
            }
            if (rule.id !== "hpa-sanity") {
                assert.deepEqual(run(rule, exampleObjects(good), options), []);
            }
        });

        it(`${rule.id} survives every malformed and unknown value`, () => {
            const objects = [
                ...exampleObjects(rule.example.bad),
                ...Object.keys(KINDS).map((kind) => source(hardened(kind))),
            ];
            for (const value of [null, 7, "s3cret-value", true, [], {}, [null], { a: null }, UNKNOWN]) {
                for (const place of [
                    "spec",
                    "spec.selector",
                    "spec.template",
                    "spec.replicas",
                    "metadata",
                    "spec.podSelector",
                ]) {
                    const bodies = objects.map((object) => ({
                        ...object,
                        body: set(JSON.parse(JSON.stringify(object.body)) as Json, place, value),
                    }));
                    for (const { message } of run(rule, bodies, rule.example.options)) {
                        assert.doesNotMatch(message, /failed with|s3cret-value/);
                    }
                }
            }
        });
    }
});

function source(body: Json) {
    return { ...groupKindOf(String(body.apiVersion), String(body.kind)), body };
}

const policy = (spec: unknown): Json => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { namespace: "shop", name: "p" },
    spec,
});

describe("default-deny-network-policy", () => {
    const count = (spec: unknown, options = {}) =>
        violations(judge("default-deny-network-policy", [hardened(), policy(spec)], options)).length;

    it("demands both directions", () => {
        assert.equal(count({ podSelector: {}, policyTypes: ["Ingress", "Egress"] }), 0);
        assert.equal(count({ podSelector: {}, policyTypes: ["Ingress"] }), 1);
        assert.equal(count({ podSelector: {} }), 1);
        assert.equal(count({ podSelector: {}, egress: [{ ports: [{ port: 53 }] }] }), 0);
        assert.equal(count({ podSelector: {}, policyTypes: ["Ingress"] }, { directions: ["Ingress"] }), 0);
    });

    it("does not count a policy for some pods, nor one that allows all", () => {
        assert.equal(count({ podSelector: { matchLabels: { a: "b" } }, policyTypes: ["Ingress", "Egress"] }), 2);
        assert.equal(
            count({
                podSelector: { matchExpressions: [{ key: "a", operator: "Exists" }] },
                policyTypes: ["Ingress", "Egress"],
            }),
            2,
        );
        assert.equal(count({ podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [{}] }), 1);
    });

    it("leaves exempted namespaces alone, and what may exist already", () => {
        assert.equal(
            violations(judge("default-deny-network-policy", [hardened()], { exemptNamespaces: ["s*"] })).length,
            0,
        );
        assert.equal(
            violations(judge("default-deny-network-policy", [hardened()], { assumeExisting: true })).length,
            0,
        );
    });

    it("says that the policy is not in this stack, at one object of the namespace", () => {
        const found = judge("default-deny-network-policy", [hardened(), hardened("DaemonSet")], {
            directions: ["Egress"],
        });
        assert.deepEqual(
            found.map(({ message }) => message),
            [
                "Deployment shop/web: metadata.namespace is a namespace for which no NetworkPolicy of this stack denies Egress " +
                    "by default. Add one with podSelector: {} and policyTypes: [Egress].",
            ],
        );
    });
});

describe("selectors", () => {
    const budget = (selector: unknown): Json => ({
        apiVersion: "policy/v1",
        kind: "PodDisruptionBudget",
        metadata: { namespace: "shop", name: "b" },
        spec: { maxUnavailable: 1, selector },
    });
    const covered = (selector: unknown) =>
        violations(judge("pdb-coverage", [set(hardened(), "spec.replicas", 3), budget(selector)])).length === 0;
    const expression = (operator: string, values?: string[], key = "app.kubernetes.io/name") => ({
        matchExpressions: [{ key, operator, ...(values === undefined ? {} : { values }) }],
    });

    it("match by labels and by expressions", () => {
        assert.ok(covered({ matchLabels: { "app.kubernetes.io/name": "web" } }));
        assert.ok(!covered({ matchLabels: { "app.kubernetes.io/name": "api" } }));
        assert.ok(covered(expression("In", ["api", "web"])));
        assert.ok(!covered(expression("In", ["api"])));
        assert.ok(covered(expression("NotIn", ["api"])));
        assert.ok(!covered(expression("NotIn", ["web"])));
        assert.ok(covered(expression("Exists")));
        assert.ok(!covered(expression("DoesNotExist")));
        assert.ok(covered(expression("DoesNotExist", undefined, "tier")));
        assert.ok(covered({}));
    });

    it("of a budget are demanded from two replicas on", () => {
        const count = (replicas: number | undefined, options = {}) =>
            violations(judge("pdb-coverage", [set(hardened(), "spec.replicas", replicas)], options)).length;
        assert.deepEqual([count(undefined), count(1), count(2)], [0, 0, 1]);
        assert.equal(count(2, { minReplicas: 3 }), 0);
    });

    it("of two workloads must not overlap", () => {
        const other = set(hardened("StatefulSet"), "metadata.name", "db");
        assert.equal(violations(judge("selector-matches-template", [hardened(), other])).length, 2);
        set(other, "metadata.namespace", "other");
        assert.equal(violations(judge("selector-matches-template", [hardened(), other])).length, 0);
    });

    it("of a workload may match what is never taken for its own: jobs of its application, the test of a chart", () => {
        const found = (kind: string, other: string) => {
            const own = set(hardened(kind), "metadata.name", "db");
            return violations(judge("selector-matches-template", [own, hardened(other)])).length;
        };
        assert.deepEqual(
            ["Job", "CronJob", "PodTemplate", "Pod"].map((other) => found("Deployment", other)),
            [0, 0, 0, 0],
        );
        assert.deepEqual([found("StatefulSet", "Job"), found("StatefulSet", "Pod")], [0, 1]);
    });

    it("of a Service must select pods that have its ports", () => {
        const service = (spec: unknown): Json => ({
            apiVersion: "v1",
            kind: "Service",
            metadata: { namespace: "shop", name: "s" },
            spec,
        });
        const selector = { "app.kubernetes.io/name": "web" };
        const object = set(hardened(), "spec.template.spec.containers[0].ports", [{ containerPort: 80, name: "http" }]);
        const found = (spec: unknown) => violations(judge("service-selector", [object, service(spec)]));
        assert.deepEqual(
            found({
                selector,
                ports: [
                    { port: 80, targetPort: "http" },
                    { port: 81, targetPort: 81 },
                ],
            }),
            [],
        );
        assert.deepEqual(found({ selector, ports: [{ port: 80, targetPort: "web" }] }), ["spec.ports[0].targetPort"]);
        assert.deepEqual(found({ selector: { app: "other" } }), ["spec.selector"]);
        assert.deepEqual(found({ ports: [{ port: 80 }] }), []);
    });
});

describe("hpa-sanity over a stack", () => {
    const autoscaler = (metric: unknown): Json => ({
        apiVersion: "autoscaling/v2",
        kind: "HorizontalPodAutoscaler",
        metadata: { namespace: "shop", name: "h" },
        spec: { scaleTargetRef: { kind: "Deployment", name: "web" }, maxReplicas: 5, metrics: [metric] },
    });
    const use = (name: string) => ({ type: "Resource", resource: { name, target: { type: "Utilization" } } });

    it("demands the target, and its requests for shares", () => {
        assert.deepEqual(violations(judge("hpa-sanity", [autoscaler(use("cpu"))])), ["spec.scaleTargetRef"]);
        assert.deepEqual(violations(judge("hpa-sanity", [autoscaler(use("cpu"))], { assumeExisting: true })), []);
        assert.deepEqual(violations(judge("hpa-sanity", [hardened(), autoscaler(use("cpu"))])), []);
        assert.deepEqual(violations(judge("hpa-sanity", [hardened(), autoscaler(use("ephemeral-storage"))])), [
            "spec.metrics[0]",
        ]);
    });
});

describe("resource-budget", () => {
    const requests = (cpu: string) => ({ resources: { requests: { cpu } } });
    const pod = {
        initContainers: [
            { name: "a", ...requests("2") },
            { name: "b", restartPolicy: "Always", ...requests("500m") },
        ],
        containers: [
            { name: "c", ...requests("1") },
            { name: "d", resources: { limits: { cpu: "250m" } } },
        ],
    };
    const object = (replicas: number): Json =>
        set(set(hardened(), "spec.template.spec", pod), "spec.replicas", replicas);

    it("counts replicas, sidecars, init containers and limits instead of requests", () => {
        const message = (replicas: number) =>
            judge("resource-budget", [object(replicas)], { stack: { "requests.cpu": "1" } })[0]?.message;
        assert.match(message(1) ?? "", /whose requests\.cpu add up to 2, above the budget of 1\./);
        assert.match(message(3) ?? "", /add up to 6,/);
        assert.equal(message(0), undefined);
        assert.match(
            judge("resource-budget", [object(2)], { stack: { "limits.cpu": "0" } })[0]?.message ?? "",
            /to 500m,/,
        );
    });

    it("refuses a budget of what it does not add up", () => {
        for (const options of [
            { stack: { "request.cpu": "1" } },
            { namespace: { cpu: "1" } },
            { namespaces: { "requests.cpu": "1" } },
            { namespaces: { "shop/cpu": "1" } },
        ]) {
            assert.throws(() => judge("resource-budget", [object(3)], options), OptionError);
        }
    });

    it("has a budget for each namespace, or for one", () => {
        const budget = { "requests.cpu": "5" };
        assert.equal(judge("resource-budget", [object(3)], { namespace: budget }).length, 1);
        assert.equal(
            judge("resource-budget", [object(3)], { namespace: budget, namespaces: { "shop/requests.cpu": "6" } })
                .length,
            0,
        );
    });

    it("counts what an autoscaler allows, and a pod on each node", () => {
        const autoscaler: Json = {
            apiVersion: "autoscaling/v2",
            kind: "HorizontalPodAutoscaler",
            metadata: { namespace: "shop", name: "h" },
            spec: { scaleTargetRef: { kind: "Deployment", name: "web" }, maxReplicas: 10 },
        };
        const stack = { "requests.cpu": "19" };
        assert.match(judge("resource-budget", [object(1), autoscaler], { stack })[0]?.message ?? "", /add up to 20,/);
        const daemons = set(hardened("DaemonSet"), "spec.template.spec", pod);
        assert.match(judge("resource-budget", [daemons], { stack, nodes: 11 })[0]?.message ?? "", /add up to 22,/);
    });

    it("says nothing without a budget, also about unknown replicas", () => {
        assert.deepEqual(judge("resource-budget", [set(hardened(), "spec.replicas", UNKNOWN)]), []);
    });
});
