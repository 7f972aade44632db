import assert from "node:assert/strict";
import { stackEvaluator } from "../../policy/evaluation/evaluateStack";
import type { RuleConfig } from "../../policy/engine/options";
import { STACK_RULES } from "../../policy/rules/stack";
import { hardened, set, source, TODAY, UNKNOWN, violations, type Json } from "./fixtures";

const POD = "spec.template.spec";

/** Messages of a stack rule about objects. */
function judge(id: string, objects: readonly Json[], options: RuleConfig = {}) {
    const rules = STACK_RULES.filter((rule) => rule.id === id);
    assert.equal(rules.length, 1, id);
    return stackEvaluator({ rules, config: { [id]: options }, today: TODAY })(objects.map(source));
}

/** Paths of its violations. */
const found = (...args: Parameters<typeof judge>) => violations(judge(...args));

/** Another object of the namespace. */
const object = (apiVersion: string, kind: string, rest: Json): Json => ({
    apiVersion,
    kind,
    metadata: { namespace: "shop", name: "web" },
    ...rest,
});
const labels = { "app.kubernetes.io/name": "web" };
const autoscaler = (spec: Json = {}) =>
    object("autoscaling/v2", "HorizontalPodAutoscaler", {
        spec: { scaleTargetRef: { kind: "Deployment", name: "web" }, minReplicas: 3, maxReplicas: 5, ...spec },
    });

describe("service-account-automount over a stack", () => {
    const pod = (mounted: unknown) => set(hardened(), `${POD}.automountServiceAccountToken`, mounted);
    const account = (mounted: unknown) =>
        object("v1", "ServiceAccount", mounted === undefined ? {} : { automountServiceAccountToken: mounted });
    const place = [`${POD}.automountServiceAccountToken`];
    const check = (objects: readonly Json[], options = {}) => found("service-account-automount", objects, options);

    it("lets the service account of a pod decide what the pod leaves unset", () => {
        assert.deepEqual(check([pod(undefined), account(false)]), []);
        assert.deepEqual(check([pod(undefined), account(true)]), place);
        assert.deepEqual(check([pod(undefined), account(undefined)]), place);
        assert.deepEqual(check([pod(undefined)]), place);
        assert.deepEqual(check([pod(undefined)], { allowServiceAccounts: ["web"] }), []);
    });

    it("knows accounts by namespace, and the one named default", () => {
        assert.deepEqual(check([pod(undefined), set(account(false), "metadata.namespace", "other")]), place);
        const unnamed = set(pod(undefined), `${POD}.serviceAccountName`, undefined);
        assert.deepEqual(check([unnamed, account(false)]), place);
        assert.deepEqual(check([unnamed, set(account(false), "metadata.name", "default")]), []);
    });

    it("leaves to the rule over one pod what the pod says itself", () => {
        assert.deepEqual(check([pod(false), account(true)]), []);
        assert.deepEqual(check([pod(true), account(false)]), []);
    });

    it("is undetermined where the account is", () => {
        const types = judge("service-account-automount", [pod(undefined), account(UNKNOWN)]).map(({ type }) => type);
        assert.deepEqual(types, ["undetermined"]);
    });
});

describe("readiness-probe with onlyIfService", () => {
    const deployment = () => set(hardened(), `${POD}.containers[0].readinessProbe`, undefined);
    const service = (selector: unknown) => object("v1", "Service", { spec: { selector, ports: [{ port: 80 }] } });
    const options = { onlyIfService: true };

    it("demands the probe of pods that a Service selects", () => {
        const place = [`${POD}.containers[0].readinessProbe`];
        assert.deepEqual(found("readiness-probe", [deployment(), service(labels)], options), place);
        assert.deepEqual(found("readiness-probe", [deployment(), service({ app: "other" })], options), []);
        assert.deepEqual(found("readiness-probe", [deployment()], options), []);
        assert.deepEqual(found("readiness-probe", [deployment(), service({})], options), []);
        assert.deepEqual(found("readiness-probe", [deployment(), service(UNKNOWN)], options), place);
    });

    it("says nothing without the option: the rule over one pod does", () => {
        assert.deepEqual(found("readiness-probe", [deployment(), service(labels)]), []);
    });
});

describe("pdb-sanity over a stack", () => {
    const budget = (spec: Json) =>
        object("policy/v1", "PodDisruptionBudget", { spec: { selector: { matchLabels: labels }, ...spec } });
    const check = (spec: Json, ...objects: readonly Json[]) => found("pdb-sanity", [...objects, budget(spec)]);
    const replicas = (count: unknown) => set(hardened(), "spec.replicas", count);

    it("finds a budget that keeps as many pods as there are", () => {
        assert.deepEqual(check({ minAvailable: 3 }, replicas(3)), ["spec.minAvailable"]);
        assert.deepEqual(check({ minAvailable: 2 }, replicas(3)), []);
        assert.deepEqual(check({ minAvailable: 1 }, replicas(undefined)), ["spec.minAvailable"]);
        assert.deepEqual(check({ minAvailable: "60%" }, replicas(2)), ["spec.minAvailable"]);
        assert.deepEqual(check({ minAvailable: "50%" }, replicas(2)), []);
        assert.deepEqual(check({ maxUnavailable: 1 }, replicas(1)), []);
    });

    it("counts the least that an autoscaler has, and all that the budget is for", () => {
        assert.deepEqual(check({ minAvailable: 3 }, replicas(undefined), autoscaler()), ["spec.minAvailable"]);
        assert.deepEqual(check({ minAvailable: 2 }, replicas(undefined), autoscaler()), []);
        const second = set(replicas(1), "metadata.name", "canary");
        assert.deepEqual(check({ minAvailable: 3 }, replicas(3), second), []);
    });

    it("reports nothing about pods whose number is unknown", () => {
        assert.deepEqual(check({ minAvailable: 3 }, hardened("DaemonSet")), []);
        assert.deepEqual(check({ minAvailable: 3 }), []);
        assert.deepEqual(check({ minAvailable: 3 }, replicas(UNKNOWN)), []);
    });

    it("tells the numbers", () => {
        assert.match(
            judge("pdb-sanity", [replicas(2), budget({ minAvailable: "60%" })])[0]?.message ?? "",
            /minAvailable is 60%, which requires all 2 selected pods and so blocks every eviction\. Set it lower/,
        );
    });
});

describe("min-replicas and topology-spread over a stack", () => {
    it("find an object without replicas that no autoscaler scales", () => {
        assert.deepEqual(found("min-replicas", [hardened()]), ["spec.replicas"]);
        assert.deepEqual(found("min-replicas", [hardened(), autoscaler()]), []);
        assert.deepEqual(found("min-replicas", [set(hardened(), "spec.replicas", 1)]), []);
        assert.deepEqual(found("min-replicas", [hardened()], { unset: "accept" }), []);
        assert.deepEqual(found("min-replicas", [hardened()], { allow: ["shop/web"] }), []);
        assert.deepEqual(found("min-replicas", [hardened("DaemonSet")]), []);
    });

    it("demand that replicas which an autoscaler makes are spread", () => {
        const place = [`${POD}.topologySpreadConstraints`];
        assert.deepEqual(found("topology-spread", [hardened(), autoscaler()]), place);
        assert.deepEqual(found("topology-spread", [hardened()]), []);
        assert.deepEqual(found("topology-spread", [hardened(), autoscaler({ maxReplicas: 1 })]), []);
        const spread = [{ topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: labels } }];
        assert.deepEqual(found("topology-spread", [set(hardened(), place[0]!, spread), autoscaler()]), []);
    });
});

describe("autoscalers of a stack", () => {
    const types = (...args: Parameters<typeof judge>) => judge(...args).map(({ type }) => type);
    const missing = ["spec.scaleTargetRef"];

    it("are not said to miss a target that may turn out to be it", () => {
        assert.deepEqual(found("hpa-sanity", [autoscaler()]), missing);
        for (const part of ["name", "namespace"]) {
            const target = set(hardened(), `metadata.${part}`, UNKNOWN);
            assert.deepEqual(types("hpa-sanity", [autoscaler(), target]), ["undetermined"], part);
            assert.deepEqual(found("hpa-sanity", [autoscaler(), set(target, "kind", "StatefulSet")]), missing, part);
        }
        const elsewhere = set(set(hardened(), "metadata.name", UNKNOWN), "metadata.namespace", "other");
        assert.deepEqual(found("hpa-sanity", [autoscaler(), elsewhere]), missing);
        const nowhere = set(autoscaler(), "metadata.namespace", UNKNOWN);
        assert.deepEqual(types("hpa-sanity", [nowhere, hardened()]), ["undetermined"]);
    });

    it("may scale what sets no replicas, where their target is not known yet", () => {
        const open = autoscaler({ scaleTargetRef: { kind: "Deployment", name: UNKNOWN } });
        const [outcome, ...rest] = judge("min-replicas", [hardened(), open]);
        assert.deepEqual([outcome?.type, rest], ["undetermined", []]);
        assert.match(outcome?.message ?? "", /until the update knows spec\.scaleTargetRef of HorizontalPodAutoscaler/);
    });
});

describe("numbers that are none", () => {
    it("neither stop a rule over a stack nor make room in a budget", () => {
        const budget = { stack: { "limits.memory": "1Ki" } };
        const sized = (replicas: unknown) => set(hardened(), "spec.replicas", replicas);
        assert.deepEqual(found("resource-budget", [sized(Number.NaN)], budget), ["spec.replicas"]);
        const other = set(sized(-1000), "metadata.name", "other");
        assert.deepEqual(found("resource-budget", [sized(1)], budget), ["spec"]);
        assert.deepEqual(found("resource-budget", [sized(1), other], budget), ["spec"]);
    });
});

describe("a rule over a stack that fails", () => {
    it("is a violation, and stops nothing", () => {
        const [rule] = STACK_RULES;
        assert.ok(rule);
        const check = () => {
            throw new RangeError("s3cret");
        };
        const failing = { ...rule, configure: () => ({ allowAnnotations: true, exceptions: [], check }) };
        const outcomes = stackEvaluator({ rules: [failing], today: TODAY })([source(hardened())]);
        assert.deepEqual(violations(outcomes), [POD]);
        assert.match(outcomes[0]?.message ?? "", /failed with RangeError\. Report it as a bug in the rule\.$/);
    });
});

describe("network policies over a stack", () => {
    const policy = (name: string, spec: Json) =>
        set(object("networking.k8s.io/v1", "NetworkPolicy", { spec }), "metadata.name", name);
    const deny = policy("deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });

    it("do not deny by default what another one allows to every pod", () => {
        const open = policy("open", { podSelector: {}, policyTypes: ["Ingress"], ingress: [{}] });
        const messages = judge("default-deny-network-policy", [hardened(), deny, open]).map(({ message }) => message);
        assert.equal(messages.length, 1);
        assert.match(
            messages[0] ?? "",
            /in which NetworkPolicy open allows all Ingress to every pod\. Narrow its rules/,
        );
    });

    it("are evaluated by the known numbers, next to an unknown one", () => {
        const unknown = policy("later", { podSelector: UNKNOWN, policyTypes: ["Ingress"] });
        for (const rule of ["default-deny-network-policy", "network-policy-coverage"]) {
            assert.deepEqual(judge(rule, [hardened(), unknown, deny]), [], rule);
            const types = judge(rule, [hardened(), unknown]).map(({ type }) => type);
            assert.ok(types.includes("undetermined"), rule);
        }
        assert.match(
            judge("network-policy-coverage", [hardened(), unknown])[0]?.message ?? "",
            /^Deployment shop\/web: cannot be evaluated completely until the update knows spec\.podSelector of NetworkPolicy shop\/later\.$/,
        );
    });

    it("are undetermined where the namespace is not known, never passed over", () => {
        for (const rule of ["default-deny-network-policy", "network-policy-coverage"]) {
            const outcomes = judge(rule, [set(hardened(), "metadata.namespace", UNKNOWN)]);
            assert.deepEqual(
                [...new Set(outcomes.map(({ type, path }) => `${type} ${path}`))],
                ["undetermined metadata.namespace"],
            );
        }
    });

    it("are not required by the labels of pods that an operator creates", () => {
        const prometheus = object("monitoring.coreos.com/v1", "Prometheus", { spec: { replicas: 2 } });
        assert.deepEqual(judge("network-policy-coverage", [prometheus]), []);
        assert.equal(found("default-deny-network-policy", [prometheus]).length, 2);
    });
});

describe("objects that many others look for", () => {
    it("are named in part only, so that messages stay short", () => {
        const elsewhere = ["a", "b", "c", "d", "e"].map((namespace) =>
            set(object("v1", "ConfigMap", {}), "metadata.namespace", namespace),
        );
        const user = set(hardened(), `${POD}.volumes`, [{ name: "c", configMap: { name: "web" } }]);
        assert.match(
            judge("cross-namespace-reference", [user, ...elsewhere])[0]?.message ?? "",
            /that this stack has in namespace a, b, c and 2 others only\./,
        );
        const twins = ["w", "x", "y"].map((name) => set(hardened(), "metadata.name", name));
        const [first] = judge("selector-matches-template", twins);
        assert.match(first?.message ?? "", /also selects the pods of Deployment x, and of 1 more\./);
    });
});
