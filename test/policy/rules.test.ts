import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parseTypeToken } from "../../policy/crossguard/typeToken";
import { evaluator } from "../../policy/evaluation/evaluate";
import { EXCEPTIONS } from "../../policy/exceptions";
import { RULES } from "../../policy/rules";
import { exampleObjects } from "./examples";
import { evaluate, hardened, KINDS, set, TODAY, UNKNOWN, violations, workload, type Json } from "./fixtures";

/** Rules that find fault with {@link hardened} by design: with one kind, or with what only real clusters have. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
    "naked-pod": ["Pod"],
    "image-digest": Object.keys(KINDS),
    "image-pull-policy": Object.keys(KINDS),
    "ephemeral-storage": Object.keys(KINDS),
    "priority-class": Object.keys(KINDS),
    "cronjob-deadline": ["CronJob"],
    ttl: ["Job", "CronJob"],
    // Their versions without a replacement are gone from Kubernetes: none is used here.
};

describe("every rule", () => {
    for (const rule of RULES) {
        describe(rule.id, () => {
            it("finds fault with its bad example", () => {
                const found = exampleObjects(rule.example.bad).flatMap((source) => evaluate(rule, source));
                assert.notDeepEqual(violations(found), []);
                for (const { message } of found) {
                    assert.match(message, /^\w+ \S+: .+\. [A-Z].+\.$/s);
                }
            });

            it("finds no fault with its good example", () => {
                const found = exampleObjects(rule.example.good).flatMap((source) =>
                    evaluate(rule, source, { options: rule.example.options }),
                );
                assert.deepEqual(found, []);
            });

            it("passes a hardened workload of each kind", () => {
                for (const kind of Object.keys(KINDS)) {
                    const found = violations(evaluate(rule, hardened(kind)));
                    const expected = EXPECTED[rule.id]?.includes(kind) ?? false;
                    assert.equal(found.length > 0, expected, `${kind}: ${found.join(", ")}`);
                }
            });

            it("judges an empty patch without findings", () => {
                for (const { group, version, kind } of exampleObjects(rule.example.bad)) {
                    // A version, or that nothing was rendered, can be judged in every patch.
                    if (["deprecated-api", "workload-kind", "helm-release-render"].includes(rule.id)) {
                        continue;
                    }
                    const body = { metadata: { namespace: "shop", name: "web" }, spec: { template: { spec: {} } } };
                    assert.deepEqual(evaluate(rule, { group, version, kind, partial: true, body }), []);
                }
            });

            it("survives every malformed and unknown value", () => {
                const bodies = exampleObjects(rule.example.bad);
                for (const source of bodies) {
                    for (const replaced of replacements(source.body)) {
                        for (const { message } of evaluate(rule, { ...source, body: replaced })) {
                            assert.doesNotMatch(message, /failed with/);
                            assert.doesNotMatch(message, /s3cret-value/);
                        }
                    }
                }
            });
        });
    }
});

describe("a fault of the pod that all of its containers depend on", () => {
    it("is said once by each rule", () => {
        const containers = ["a", "b", "c"].map((name) => ({
            name,
            image: "app:1.0.0",
            ports: [{ containerPort: 80 }],
        }));
        const pod = { os: { name: 5 }, hostNetwork: "yes", resources: 5, securityContext: 5, containers };
        const body = set(hardened(), "spec.template.spec", pod);
        for (const rule of RULES) {
            const messages = evaluate(rule, { group: "apps", kind: "Deployment", body }).map(({ message }) => message);
            assert.deepEqual(messages, [...new Set(messages)], rule.id);
        }
    });
});

/** Copies of an object, each with one place replaced by something that does not belong there. */
function* replacements(body: unknown): Generator {
    const text = JSON.stringify(body);
    for (const keys of places(JSON.parse(text))) {
        // Names are shown; nothing else is.
        if (keys.includes("metadata") || keys.at(-1) === "name") {
            continue;
        }
        for (const value of [null, 7, "s3cret-value", true, [], {}, [null], [7], { a: null }, UNKNOWN]) {
            const copy: unknown = JSON.parse(text);
            const [last, ...above] = [...keys].reverse();
            if (last === undefined) {
                continue;
            }
            const holder = above.reverse().reduce<unknown>((at, key) => Reflect.get(at as object, key), copy);
            Reflect.set(holder as object, last, value);
            yield copy;
        }
    }
}

/** Keys from the root of a value to every place in it. */
function* places(value: unknown, keys: string[] = []): Generator<string[]> {
    yield keys;
    if (typeof value !== "object" || value === null) {
        return;
    }
    for (const [key, item] of Object.entries(value)) {
        yield* places(item, [...keys, key]);
    }
}

describe("the program's own stacks", () => {
    for (const stack of ["staging", "prod"]) {
        it(`${stack} breaks no mandatory rule`, () => {
            const file = path.join(__dirname, "..", "golden", `${stack}.json`);
            const run = evaluator({ rules: RULES, exceptions: EXCEPTIONS, today: TODAY });
            const resources = JSON.parse(readFileSync(file, "utf8")) as { type: string; inputs: Json }[];
            const judged = resources.flatMap(({ type, inputs }) => {
                const parsed = parseTypeToken(type);
                // What is in a chart is judged as rendered.
                return parsed === undefined || parsed.kind === "Release"
                    ? []
                    : [run({ ...parsed, body: inputs, stack })];
            });
            assert.ok(judged.length > 10);
            const mandatory = new Set(RULES.filter(({ level }) => level === "mandatory").map(({ id }) => id));
            assert.deepEqual(
                judged
                    .flat()
                    .filter((found) => found.type === "violation" && mandatory.has(found.rule) && !found.advisory),
                [],
            );
        });
    }
});

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

    it("are judged by what is there where an operator fills in the rest", () => {
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
            // What is not there is for the controller to decide.
            const bare = custom(String(object.apiVersion), String(object.kind), {});
            assert.deepEqual(paths("run-as-non-root", bare), []);
        });
    }

    it("are judged by the settings of the host, whatever lists their containers", () => {
        const task = (spec: Json) => custom("argoproj.io/v1alpha1", "Workflow", spec);
        assert.deepEqual(paths("host-namespaces", task({ hostNetwork: true })), ["spec.hostNetwork"]);
        const volumes = [{ name: "a", hostPath: { path: "/" } }];
        assert.deepEqual(paths("host-path", task({ volumes })), ["spec.volumes[0].hostPath"]);
        assert.deepEqual(paths("image-tag", task({ templates: [{ container: { image: "app" } }] })), [
            "spec.templates[0].container.image",
        ]);
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

    it("are advised about where they can not be judged", () => {
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

describe("the switch for annotations", () => {
    it("lets an object no longer except itself", () => {
        const rule = RULES.find(({ id }) => id === "privileged")!;
        const object = set(workload(), "spec.template.spec.containers[0].securityContext", { privileged: true });
        set(object, "metadata.annotations", { "policy.x0tta6bl4.mesh/skip.privileged": "drives a device" });
        assert.deepEqual(violations(evaluate(rule, object)), []);
        assert.equal(violations(evaluate(rule, object, { options: { allowAnnotations: false } })).length, 1);
    });
});
