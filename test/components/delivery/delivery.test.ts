import assert from "node:assert/strict";
import { controllerRules } from "../../../components/delivery/rbac";
import { ofKind, programRun, objectName } from "../../support/mesh";
import { at, only, type Overrides, type ProgramRun } from "../../support/program";

/** A run of staging with canaries. */
const canary = (delivery: Overrides = {}, mesh: Overrides = {}, stack = "staging"): Promise<ProgramRun> =>
    programRun(stack, { mesh: { ...mesh, delivery: { type: "canary", ...delivery } } });

/** Spec of the Rollout. */
const rollout = (run: ProgramRun) => at(only(run, "Rollout").inputs, "spec");

describe("Delivery by canaries", () => {
    it("makes a Rollout of exactly the Deployment's pods, but for the names of their configuration", async () => {
        const pods = (spec: unknown) =>
            JSON.stringify(at(spec, "template"))
                .replace('"metadata":{},', "")
                .replaceAll(/staging-x0tta6bl4-(config|secrets)-[0-9a-f]{10}/g, "staging-x0tta6bl4-$1");
        const run = await canary();
        const rolling = at(only(await programRun("staging"), "Deployment", "mesh").inputs, "spec");
        assert.equal(pods(rollout(run)), pods(rolling));
        for (const field of ["replicas", "selector", "revisionHistoryLimit"]) {
            assert.deepEqual(at(rollout(run), field), at(rolling, field));
        }
        assert.deepEqual(
            ofKind(run, "Deployment")
                .map(objectName)
                .filter((name) => name.endsWith("x0tta6bl4")),
            [],
        );
    });

    it("takes one pod first, then half of them, and never one away before", async () => {
        const strategy = at(rollout(await canary({}, {}, "prod")), "strategy", "canary");
        assert.deepEqual(at(strategy, "steps"), [
            { setWeight: 20 },
            { pause: { duration: "300s" } },
            { setWeight: 60 },
            { pause: { duration: "300s" } },
        ]);
        assert.equal(at(strategy, "maxSurge"), 1);
        assert.equal(at(strategy, "maxUnavailable"), 0);
    });

    it("waits as its steps say: for a time, for a person, and without an analysis for a person by default", async () => {
        const run = await canary({
            steps: [
                { weight: 33, pauseSeconds: 900 },
                { weight: 50, approval: true },
            ],
        });
        assert.deepEqual(at(rollout(run), "strategy", "canary", "steps"), [
            { setWeight: 33 },
            { pause: { duration: "900s" } },
            { setWeight: 50 },
            { pause: {} },
        ]);
        const unjudged = rollout(await canary({ analysis: { enabled: false } }));
        assert.deepEqual(at(unjudged, "strategy", "canary", "steps"), [{ setWeight: 50 }, { pause: {} }]);
        assert.equal(at(unjudged, "strategy", "canary", "analysis"), undefined);
    });

    it("judges the new pods alone, from the first one on", async () => {
        const run = await canary();
        const analysis = at(rollout(run), "strategy", "canary", "analysis");
        assert.equal(at(analysis, "startingStep"), undefined);
        assert.deepEqual(at(analysis, "args", 0), { name: "hash", valueFrom: { podTemplateHashValue: "Latest" } });
        const template = only(run, "AnalysisTemplate").inputs;
        assert.equal(at(template, "metadata", "name"), at(analysis, "templates", 0, "templateName"));
        const metrics = at(template, "spec", "metrics");
        assert.ok(Array.isArray(metrics));
        assert.deepEqual(
            metrics.map((metric) => at(metric, "name")),
            ["errors", "latency", "crash-loops", "observed"],
        );
        for (const metric of metrics) {
            assert.match(
                String(at(metric, "provider", "prometheus", "query")),
                /pod=~"staging-x0tta6bl4-\{\{args\.hash\}\}-\.\*"/,
            );
            assert.equal(
                at(metric, "provider", "prometheus", "address"),
                "http://prometheus-kube-prometheus-prometheus.monitoring.svc:9090",
            );
        }
    });

    it("judges by the thresholds of the alerts, unless the delivery has its own", async () => {
        const conditions = async (overrides: Overrides, delivery: Overrides = {}) => {
            const run = await programRun("staging", {
                ...overrides,
                mesh: { delivery: { type: "canary", ...delivery } },
            });
            return [0, 1].map((index) =>
                String(at(only(run, "AnalysisTemplate").inputs, "spec", "metrics", index, "successCondition")),
            );
        };
        const alerts = { monitoring: { alerts: { errorPercent: 2, latencySeconds: 0.5 } } };
        const [errors, latency] = await conditions(alerts);
        assert.match(errors ?? "", /result\[0\] <= 0\.02$/);
        assert.match(latency ?? "", /result\[0\] <= 0\.5$/);
        const own = await conditions(alerts, { analysis: { errorPercent: 1 } });
        assert.match(own[0] ?? "", /result\[0\] <= 0\.01$/);
    });

    it("aborts on failure, or pauses where the settings ask for it", async () => {
        const parts = async (onFailure: string) => {
            const run = await canary({ onFailure });
            return [
                at(rollout(run), "progressDeadlineAbort"),
                at(only(run, "AnalysisTemplate").inputs, "spec", "metrics", 0),
            ];
        };
        const [aborts, failing] = await parts("abort");
        assert.equal(aborts, true);
        assert.equal(at(failing, "failureLimit"), 1);
        assert.equal(at(failing, "failureCondition"), undefined);
        const [pauses, inconclusive] = await parts("pause");
        assert.equal(pauses, false);
        assert.equal(at(inconclusive, "failureCondition"), "false");
        assert.equal(at(inconclusive, "inconclusiveLimit"), 1);
        assert.equal(at(inconclusive, "failureLimit"), undefined);
    });

    it("is awaited by its availability, so that a paused canary does not hold the stack's lock", async () => {
        const annotations = at(only(await canary(), "Rollout").inputs, "metadata", "annotations");
        assert.equal(at(annotations, "pulumi.com/waitFor"), "condition=Available");
    });

    it("names configuration and keys by what makes them, so that old pods keep theirs", async () => {
        const names = async (mesh: Overrides) => {
            const run = await canary({}, mesh);
            return [only(run, "ConfigMap", "mesh-config"), only(run, "Secret", "mesh-secret")].map(objectName);
        };
        const [config, secret] = await names({});
        assert.match(config ?? "", /^staging-x0tta6bl4-config-[0-9a-f]{10}$/);
        assert.match(secret ?? "", /^staging-x0tta6bl4-secrets-[0-9a-f]{10}$/);
        const [changed, same] = await names({ logLevel: "ERROR" });
        assert.notEqual(changed, config);
        assert.equal(same, secret);
        const [sameConfig, rotated] = await names({ secret: { rotation: "2" } });
        assert.equal(sameConfig, config);
        assert.notEqual(rotated, secret);
        const run = await canary();
        assert.equal(at(only(run, "ConfigMap", "mesh-config").inputs, "immutable"), true);
        const uses = JSON.stringify(rollout(run));
        assert.ok(uses.includes(config ?? "?") && uses.includes(secret ?? "?"));
        assert.ok(!uses.includes('"staging-x0tta6bl4-config"') && !uses.includes('"staging-x0tta6bl4-secrets"'));
    });

    it("lets the autoscaler scale the Rollout, whose count it owns", async () => {
        const run = await canary({}, {}, "prod");
        assert.deepEqual(at(only(run, "HorizontalPodAutoscaler").inputs, "spec", "scaleTargetRef"), {
            apiVersion: "argoproj.io/v1alpha1",
            kind: "Rollout",
            name: "prod-x0tta6bl4",
        });
        assert.equal(at(rollout(run), "replicas"), 5);
    });
});

describe("The controller of Rollouts", () => {
    it("runs in the mesh's namespace, whose Pod Security level it meets", async () => {
        const controller = only(await canary(), "Deployment", "delivery-controller").inputs;
        assert.equal(at(controller, "metadata", "namespace"), "x0tta6bl4-staging");
        const container = at(controller, "spec", "template", "spec", "containers", 0);
        assert.deepEqual(at(container, "args"), ["--namespaced", "--loglevel", "info", "--logformat", "json"]);
        assert.equal(at(container, "image"), "quay.io/argoproj/argo-rollouts:v1.10.1");
        assert.equal(at(container, "securityContext", "readOnlyRootFilesystem"), true);
        for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"]) {
            assert.notEqual(at(container, probe), undefined);
        }
        assert.notEqual(at(container, "resources", "limits", "memory"), undefined);
    });

    it("reads no Secret and no ConfigMap of the mesh, and has no right outside its namespace", async () => {
        for (const { resources = [], resourceNames } of controllerRules([]) as {
            resources?: string[];
            resourceNames?: string[];
        }[]) {
            if (resources.includes("secrets") || resources.includes("configmaps")) {
                assert.ok((resourceNames ?? []).every((name) => name.startsWith("argo-rollouts-")));
                assert.ok((resourceNames ?? []).length > 0);
            }
        }
        const run = await canary();
        assert.equal(objectName(only(run, "Role", "delivery-role")), "staging-argo-rollouts");
        assert.deepEqual(
            run.resources.filter(({ type, name }) => type.includes(":Cluster") && name.startsWith("delivery")),
            [],
        );
    });

    it("reaches DNS, the API server and Prometheus, and is reached for its metrics alone", async () => {
        const run = await canary();
        const policies = ofKind(run, "NetworkPolicy").filter(({ name }) => name.startsWith("delivery-"));
        assert.deepEqual(policies.map(({ name }) => name.replace("delivery-controller-", "")).sort(), [
            "api-server",
            "dns",
            "metrics",
            "prometheus",
        ]);
        const toPrometheus = only(run, "NetworkPolicy", "delivery-controller-prometheus").inputs;
        assert.deepEqual(at(toPrometheus, "spec", "egress", 0, "ports", 0, "port"), 9090);
        const admitted = only(run, "NetworkPolicy", "monitoring-policy-prometheus-from-delivery").inputs;
        assert.deepEqual(
            at(admitted, "spec", "ingress", 0, "from", 0, "podSelector", "matchLabels"),
            at(toPrometheus, "spec", "podSelector", "matchLabels"),
        );
    });

    it("is not made where the cluster has one, whose pods Prometheus then admits", async () => {
        const run = await canary({ controller: { type: "existing", namespace: "rollouts" } });
        assert.deepEqual(
            run.resources.filter(({ name }) => name === "delivery" || name.startsWith("delivery-")),
            [],
        );
        const admitted = only(run, "NetworkPolicy", "monitoring-policy-prometheus-from-delivery").inputs;
        assert.equal(
            at(
                admitted,
                "spec",
                "ingress",
                0,
                "from",
                0,
                "namespaceSelector",
                "matchLabels",
                "kubernetes.io/metadata.name",
            ),
            "rollouts",
        );
    });
});
