import assert from "node:assert/strict";
import { RULES } from "../../policy/rules";
import { evaluate, violations, type Json } from "./fixtures";

describe("pods in custom resources", () => {
    const pod = {
        containers: [{ name: "app", image: "ghcr.io/example/app:1.0.0", securityContext: { privileged: true } }],
    };
    const rule = RULES.find(({ id }) => id === "privileged")!;
    const custom = (apiVersion: string, kind: string, spec: unknown): Json => ({
        apiVersion,
        kind,
        metadata: { namespace: "shop", name: "web" },
        spec,
    });

    for (const [what, object, expected] of [
        [
            "an Argo Rollout",
            custom("argoproj.io/v1alpha1", "Rollout", { template: { spec: pod } }),
            "spec.template.spec",
        ],
        [
            "a Knative Service",
            custom("serving.knative.dev/v1", "Service", { template: { spec: pod } }),
            "spec.template.spec",
        ],
        ["a Prometheus", custom("monitoring.coreos.com/v1", "Prometheus", pod), "spec"],
        [
            "anything shaped like a pod",
            custom("example.com/v1", "Worker", { jobs: [{ run: pod }] }),
            "spec.jobs[0].run",
        ],
    ] as const) {
        it(`are found in ${what}`, () => {
            assert.deepEqual(violations(evaluate(rule, object)), [
                `${expected}.containers[0].securityContext.privileged`,
            ]);
        });
    }

    it("are not looked for in a Rollout that refers to a Deployment", () => {
        const object = custom("argoproj.io/v1alpha1", "Rollout", { workloadRef: { name: "web" } });
        for (const each of RULES) {
            assert.deepEqual(violations(evaluate(each, object)), [], each.id);
        }
    });

    it("are evaluated by what is there where an operator fills in the rest", () => {
        const nonRoot = RULES.find(({ id }) => id === "run-as-non-root")!;
        const object = (spec: unknown) => custom("monitoring.coreos.com/v1", "Prometheus", spec);
        assert.deepEqual(evaluate(nonRoot, object({ replicas: 2 })), []);
        assert.deepEqual(violations(evaluate(nonRoot, object({ securityContext: { runAsNonRoot: false } }))), [
            "spec.securityContext.runAsNonRoot",
        ]);
    });

    const paths = (rule: string, object: Json) =>
        violations(
            evaluate(
                RULES.find(({ id }) => id === rule)!,
                object,
            ),
        );
    const root = { image: "ghcr.io/example/app:1.0.0", securityContext: { privileged: true } };

    for (const [what, object, place] of [
        [
            "without an image",
            custom("example.com/v1", "Worker", { pod: { containers: [{ ...root, image: undefined, name: "app" }] } }),
            "spec.pod.containers[0]",
        ],
        [
            "with init containers only",
            custom("example.com/v1", "Worker", { pod: { initContainers: [{ ...root, name: "app" }] } }),
            "spec.pod.initContainers[0]",
        ],
        [
            "of a group that ends in k8s.io but is not of Kubernetes itself",
            custom("elasticsearch.k8s.elastic.co/v1", "Elasticsearch", {
                nodeSets: [{ podTemplate: { spec: { containers: [{ ...root, image: undefined, name: "es" }] } } }],
            }),
            "spec.nodeSets[0].podTemplate.spec.containers[0]",
        ],
        [
            "of another such group",
            custom("kueue.example.k8s.io/v1", "Worker", {
                template: { spec: { containers: [{ ...root, name: "a" }] } },
            }),
            "spec.template.spec.containers[0]",
        ],
        [
            "of a group of a subproject",
            custom("jobset.x-k8s.io/v1", "JobSet", { template: { spec: { containers: [{ ...root, name: "a" }] } } }),
            "spec.template.spec.containers[0]",
        ],
        [
            "in a step of an Argo Workflow",
            custom("argoproj.io/v1alpha1", "Workflow", { templates: [{ name: "a", container: root }] }),
            "spec.templates[0].container",
        ],
        [
            "in a script of a WorkflowTemplate",
            custom("argoproj.io/v1alpha1", "WorkflowTemplate", { templates: [{ script: { ...root, source: "a" } }] }),
            "spec.templates[0].script",
        ],
        [
            "in a sidecar of a CronWorkflow",
            custom("argoproj.io/v1alpha1", "CronWorkflow", {
                workflowSpec: { templates: [{ container: { image: "a:1" }, sidecars: [{ ...root, name: "b" }] }] },
            }),
            "spec.workflowSpec.templates[0].sidecars[0]",
        ],
        [
            "in a step of a Tekton Task",
            custom("tekton.dev/v1", "Task", { steps: [{ ...root, name: "a", script: "b" }] }),
            "spec.steps[0]",
        ],
        [
            "in the step template of a Task",
            custom("tekton.dev/v1", "Task", { stepTemplate: root, steps: [{ image: "a:1" }] }),
            "spec.stepTemplate",
        ],
        [
            "in a task of a Tekton Pipeline",
            custom("tekton.dev/v1", "Pipeline", { tasks: [{ name: "a", taskSpec: { steps: [root] } }] }),
            "spec.tasks[0].taskSpec.steps[0]",
        ],
        [
            "in a KServe InferenceService",
            custom("serving.kserve.io/v1beta1", "InferenceService", { predictor: { containers: [root] } }),
            "spec.predictor.containers[0]",
        ],
        [
            "in the model of an InferenceService",
            custom("serving.kserve.io/v1beta1", "InferenceService", { predictor: { model: root } }),
            "spec.predictor.model",
        ],
        [
            "in the driver of a SparkApplication",
            custom("sparkoperator.k8s.io/v1beta2", "SparkApplication", { driver: { cores: 1, ...root } }),
            "spec.driver",
        ],
    ] as const) {
        it(`are found ${what}`, () => {
            assert.deepEqual(paths("privileged", object), [`${place}.securityContext.privileged`]);
            // The controller decides about fields that are not set.
            const bare = custom(String(object.apiVersion), String(object.kind), {});
            assert.deepEqual(paths("run-as-non-root", bare), []);
        });
    }

    it("are evaluated by the settings of the host, whatever lists their containers", () => {
        const task = (spec: Json) => custom("argoproj.io/v1alpha1", "Workflow", spec);
        assert.deepEqual(paths("host-namespaces", task({ hostNetwork: true })), ["spec.hostNetwork"]);
        const volumes = [{ name: "a", hostPath: { path: "/" } }];
        assert.deepEqual(paths("host-path", task({ volumes })), ["spec.volumes[0].hostPath"]);
        assert.deepEqual(paths("image-tag", task({ templates: [{ container: { image: "app" } }] })), [
            "spec.templates[0].container.image",
        ]);
    });

    it("are evaluated where the settings of the pod and of its container are side by side", () => {
        const privileged = { hostNetwork: true, securityContext: { privileged: true } };
        assert.deepEqual(
            paths("privileged", custom("opentelemetry.io/v1beta1", "OpenTelemetryCollector", privileged)),
            ["spec.securityContext.privileged"],
        );
        assert.deepEqual(
            paths("privileged", custom("sparkoperator.k8s.io/v1beta2", "SparkApplication", { driver: privileged })),
            ["spec.driver.securityContext.privileged"],
        );
    });

    it("are evaluated by volumes under other names, too", () => {
        const volumes = [{ name: "v", hostPath: { path: "/run" } }];
        for (const key of ["additionalVolumes", "extraVolumes", "podVolumes"]) {
            const object = custom("example.com/v1", "Worker", { agent: { [key]: volumes, image: "app:1.0.0" } });
            assert.deepEqual(paths("host-path", object), [`spec.agent.${key}[0].hostPath`]);
            assert.deepEqual(paths("cri-socket-mount", object), [`spec.agent.${key}[0].hostPath.path`]);
        }
    });

    it("are not seen in fields that only have the same names", () => {
        for (const spec of [
            { image: "ami-1", name: "vm" },
            { volumes: { data: "10Gi" }, env: { A: "b" }, resources: "small" },
            { containers: "all" },
        ]) {
            const object = custom("example.com/v1", "Machine", spec);
            for (const each of RULES) {
                assert.deepEqual(violations(evaluate(each, object)), [], each.id);
            }
        }
    });

    it("are advised about where they cannot be evaluated", () => {
        const rule = RULES.find(({ id }) => id === "pod-template-in-custom-resource")!;
        for (const [object, path] of [
            [custom("helm.toolkit.fluxcd.io/v2", "HelmRelease", { chart: {} }), "spec"],
            [custom("argoproj.io/v1alpha1", "Application", {}), "spec"],
            [custom("argoproj.io/v1alpha1", "Workflow", { podSpecPatch: "hostNetwork: true" }), "spec.podSpecPatch"],
            [
                custom("argoproj.io/v1alpha1", "Workflow", { templates: [{ resource: { manifest: "kind: Job" } }] }),
                "spec.templates[0].resource.manifest",
            ],
            [
                custom("sparkoperator.k8s.io/v1beta2", "SparkApplication", { driver: { podSecurityContext: {} } }),
                "spec.driver.podSecurityContext",
            ],
        ] as const) {
            const found = evaluate(rule, object);
            assert.deepEqual(
                found.map(({ path, advisory }) => [path, advisory]),
                [[path, true]],
            );
        }
    });

    it("need no name where the controller gives one", () => {
        const spec = { template: { spec: { containers: [{ image: "a:1" }] } } };
        assert.deepEqual(
            paths("pod-template-in-custom-resource", custom("serving.knative.dev/v1", "Service", spec)),
            [],
        );
    });

    it("are not passed over in an object that is nested too deeply", () => {
        const nested = (depth: number): Json => (depth === 0 ? { hostNetwork: true } : { a: nested(depth - 1) });
        assert.equal(paths("host-namespaces", custom("example.com/v1", "Worker", nested(50))).length, 1);
        assert.match(
            evaluate(
                RULES.find(({ id }) => id === "host-namespaces")!,
                custom("example.com/v1", "Worker", nested(200)),
            )[0]?.message ?? "",
            /nested too deeply/,
        );
    });

    it("must be where the configuration says", () => {
        const place = RULES.find(({ id }) => id === "pod-template-in-custom-resource")!;
        const options = { paths: { "Worker.example.com": "spec.pod" } };
        const object = (spec: unknown) => custom("example.com/v1", "Worker", spec);
        assert.deepEqual(violations(evaluate(place, object({}), { options })), ["spec.pod.containers"]);
        assert.deepEqual(violations(evaluate(place, object({ pod }), { options })), []);
    });
});
