import assert from "node:assert/strict";
import fc from "fast-check";
import { isBuiltIn, misnomerOf } from "../../policy/kubernetes/builtIn";
import { groupKindOf } from "../../policy/kubernetes/kinds";
import { schemaKinds, schemaOf, type SchemaType } from "../../policy/kubernetes/schema";
import { removalOf } from "../../policy/kubernetes/removed";
import { RULES } from "../../policy/rules";
import { unknownField } from "../../policy/rules/reliability/unknownField";
import { exampleObjects } from "./examples";
import { evaluate, hardened, KINDS, location, set, UNKNOWN, violations, workload, type Json } from "./fixtures";

/** Messages about an object, without its name. */
function said(object: Json, options = {}): string[] {
    return evaluate(unknownField, object, { options }).map(({ message }) => message.replace(/^\S+ \S+: /, ""));
}

/** An object of a kind with a specification. */
function object(apiVersion: string, kind: string, rest: Json): Json {
    return { apiVersion, kind, metadata: { namespace: "shop", name: "web" }, ...rest };
}

describe("unknown-field", () => {
    /** A field in a pod's specification or in its first container, and what is said about it. */
    const IN_PODS: readonly (readonly [path: string, value: unknown, fix: string])[] = [
        ["containers[0].livenesProbe", {}, "Remove it: livenessProbe is also set."],
        ["containers[0].startupprobe", {}, "Write startupProbe."],
        ["containers[0].env", [{ name: "A", valu: "b" }], "Write value."],
        ["containers[0].env", [{ name: "A", valueFrom: { secretKeyref: {} } }], "Write secretKeyRef."],
        ["containers[0].hostNetwork", true, "Move it to POD.hostNetwork."],
        ["containers[0].runAsUser", 1, "Move it to POD.containers[0].securityContext.runAsUser."],
        ["containers[0].resources.request", {}, "Remove it: requests is also set."],
        ["containers[0].readinessProbe.httpGet.prot", 80, "Remove it: port is also set."],
        ["containers[0].securityContext", { capabilities: { dropped: [] } }, "Correct its name, or remove it."],
        ["securityContext.runAsNonroot", true, "Remove it: runAsNonRoot is also set."],
        ["securityContext.privileged", true, "Correct its name, or remove it."],
        ["readOnlyRootFilesystem", true, "Move it to POD.containers[].securityContext.readOnlyRootFilesystem."],
        ["volumes", [{ name: "a", configmap: { name: "b" } }], "Write configMap."],
        ["affinity", { podAntiAffinity: { required: [] } }, "Correct its name, or remove it."],
        ["initContainer", [], "Remove it: initContainers is also set."],
    ];
    for (const kind of Object.keys(KINDS)) {
        it(`names the unknown fields in the pods of a ${kind}`, () => {
            for (const [path, value] of IN_PODS) {
                const found = said(set(hardened(kind), `${location(kind).pod}.${path}`, value));
                assert.equal(found.length, 1, `${path}: ${found.join(" ")}`);
                assert.match(found[0] ?? "", /is not a field of this Kubernetes type\. /);
            }
        });
    }
    for (const [path, value, fix] of IN_PODS) {
        it(`says what to do about ${path} ${JSON.stringify(value)}`, () => {
            const found = said(set(hardened(), `spec.template.spec.${path}`, value));
            assert.ok(found[0]?.endsWith(fix.replace("POD", "spec.template.spec")), found.join("\n"));
        });
    }

    /** Objects of other kinds, and the path of the field that is wrong. */
    const OTHERS: readonly (readonly [object: Json, path: string])[] = [
        [object("apps/v1", "Deployment", { spec: { template: { replicas: 2 } } }), "spec.template.replicas"],
        [object("apps/v1", "Deployment", { replicas: 2 }), "replicas"],
        [object("apps/v1", "Deployment", { spec: { stratgy: null } }), "spec.stratgy"],
        [object("apps/v1", "StatefulSet", { spec: { volumeClaimTemplate: [] } }), "spec.volumeClaimTemplate"],
        [
            object("apps/v1", "StatefulSet", { spec: { volumeClaimTemplates: [{ spec: { storageClass: "a" } }] } }),
            "spec.volumeClaimTemplates[0].spec.storageClass",
        ],
        [object("batch/v1", "CronJob", { spec: { jobTemplate: { template: {} } } }), "spec.jobTemplate.template"],
        [object("batch/v1", "Job", { spec: { ttlSecondsAfterFinish: 1 } }), "spec.ttlSecondsAfterFinish"],
        [object("v1", "Service", { spec: { ports: [{ port: 1, targetport: 2 }] } }), "spec.ports[0].targetport"],
        [object("v1", "Service", { spec: { topologyKeys: [] } }), "spec.topologyKeys"],
        [object("v1", "ConfigMap", { stringData: {} }), "stringData"],
        [object("v1", "Secret", { spec: { data: {} } }), "spec"],
        [object("v1", "Namespace", { labels: {} }), "labels"],
        [object("v1", "ServiceAccount", { automountToken: false }), "automountToken"],
        [object("v1", "PersistentVolumeClaim", { spec: { size: "1Gi" } }), "spec.size"],
        [object("v1", "PersistentVolume", { spec: { hostpath: {} } }), "spec.hostpath"],
        [object("v1", "ResourceQuota", { spec: { soft: {} } }), "spec.soft"],
        [object("v1", "LimitRange", { spec: { limits: [{ default: {}, maximum: {} }] } }), "spec.limits[0].maximum"],
        [
            object("networking.k8s.io/v1", "Ingress", {
                spec: { rules: [{ http: { paths: [{ backend: { serviceName: "a" } }] } }] },
            }),
            "spec.rules[0].http.paths[0].backend.serviceName",
        ],
        [object("networking.k8s.io/v1", "NetworkPolicy", { spec: { ingress: [{ to: [] }] } }), "spec.ingress[0].to"],
        [object("policy/v1", "PodDisruptionBudget", { spec: { maxUnavailble: 1 } }), "spec.maxUnavailble"],
        [
            object("autoscaling/v2", "HorizontalPodAutoscaler", { spec: { targetCPUUtilizationPercentage: 1 } }),
            "spec.targetCPUUtilizationPercentage",
        ],
        [object("rbac.authorization.k8s.io/v1", "Role", { rules: [{ verb: [] }] }), "rules[0].verb"],
        [object("rbac.authorization.k8s.io/v1", "RoleBinding", { subject: [] }), "subject"],
        [object("storage.k8s.io/v1", "StorageClass", { parameter: {} }), "parameter"],
        [object("scheduling.k8s.io/v1", "PriorityClass", { spec: {} }), "spec"],
        [object("v1", "Pod", { metadata: { lables: {} } }), "metadata.lables"],
        [
            object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", { webhooks: [{ rule: [] }] }),
            "webhooks[0].rule",
        ],
        [object("v1", "List", { items: [object("v1", "ConfigMap", { date: {} })] }), "items[0].date"],
        [object("v1", "ConfigMapList", { items: [{ metadata: { name: "a" }, date: {} }] }), "items[0].date"],
    ];
    for (const [wrong, path] of OTHERS) {
        it(`names ${path} of a ${String(wrong.kind)}`, () => {
            assert.deepEqual(violations(evaluate(unknownField, wrong)), [path]);
        });
    }

    it("says where a field belongs that is misplaced", () => {
        const place = (wrong: Json) => said(wrong)[0]?.replace(/^.* Kubernetes type\. /, "");
        const deployment = (rest: Json) => object("apps/v1", "Deployment", rest);
        assert.equal(place(deployment({ replicas: 2 })), "Move it to spec.replicas.");
        assert.equal(place(deployment({ spec: { template: { replicas: 2 } } })), "Move it to spec.replicas.");
        assert.equal(
            place(deployment({ spec: { serviceAccountName: "a" } })),
            "Move it to spec.template.spec.serviceAccountName.",
        );
        assert.equal(place(object("v1", "Namespace", { labels: {} })), "Move it to metadata.labels.");
    });

    it("gives a field in a container to the container", () => {
        const [found] = evaluate(unknownField, set(workload(), "spec.template.spec.containers[1].img", "a"));
        assert.equal(found?.container, "proxy");
        const skip = "policy.x0tta6bl4.mesh/skip.unknown-field.proxy";
        const excepted = set(workload(), "spec.template.spec.containers[1].img", "a");
        excepted.metadata = { name: "web", annotations: { [skip]: "kept for an older operator" } };
        assert.deepEqual(violations(evaluate(unknownField, excepted)), []);
    });

    it("follows the version of Kubernetes that objects are for", () => {
        const podLevel = set(hardened(), "spec.template.spec.resources", { limits: { cpu: "1" } });
        assert.deepEqual(said(podLevel), []);
        assert.deepEqual(said(podLevel, { k8sVersion: "v1.34" }), []);
        assert.deepEqual(said(podLevel, { k8sVersion: "v1.31" }), [
            "spec.template.spec.resources is a field that exists only since Kubernetes 1.32. Remove it, or update the cluster first.",
        ]);
        const claim = set(hardened(), "spec.template.spec.resourceClaims", [{ name: "gpu", source: {} }]);
        assert.deepEqual(said(claim, { k8sVersion: "v1.30" }), []);
        assert.deepEqual(said(claim), [
            "spec.template.spec.resourceClaims[0].source is a field that was removed in Kubernetes 1.31. Remove it.",
        ]);
    });

    it("leaves alone what has no fixed fields, and what only an operator knows", () => {
        const free: readonly Json[] = [
            object("v1", "ConfigMap", { data: { anything: "a" }, binaryData: { other: "" }, immutable: true }),
            object("v1", "Secret", { stringData: { a: "b" }, type: "Opaque" }),
            {
                ...object("apps/v1", "Deployment", { spec: { strategy: { rollingUpdate: { maxSurge: "25%" } } } }),
                metadata: {
                    name: "web",
                    creationTimestamp: null,
                    selfLink: "/x",
                    labels: { a: "b" },
                    annotations: { c: "d" },
                    ownerReferences: [{ apiVersion: "v1", kind: "A", name: "a", uid: "b", controller: true }],
                    managedFields: [{ manager: "a", fieldsV1: { "f:spec": { "f:replicas": {}, ".": {} } } }],
                },
                status: { whatever: 1 },
            },
            object("apps/v1", "ControllerRevision", { data: { spec: { any: 1 } }, revision: 1 }),
            object("v1", "PersistentVolumeClaim", { spec: { resources: { requests: { storage: "1Gi", x: 1 } } } }),
            object("v1", "ResourceQuota", { spec: { hard: { "count/x.example.com": 1 } } }),
            object("storage.k8s.io/v1", "StorageClass", { parameters: { any: "a" } }),
            object("example.com/v1", "Deployment", { spec: { livenesProbe: {} } }),
            object("argoproj.io/v1alpha1", "Rollout", { spec: { template: { spec: { contaners: [] } } } }),
            object("apiextensions.k8s.io/v1", "CustomResourceDefinition", {
                spec: { versions: [{ schema: { openAPIV3Schema: { "x-kubernetes-preserve-unknown-fields": true } } }] },
            }),
            object("apps/v1", "Deployment", { spec: { template: { spec: { containers: [{ $patch: "delete" }] } } } }),
            object("apps/v1", "Deployment", { spec: { $retainKeys: ["strategy"], template: UNKNOWN } }),
            { ...object("v1", "Service", { spec: { selector: { any: "a" } } }), __defaults: [] },
        ];
        for (const one of free) {
            assert.deepEqual(said(one), [], JSON.stringify(one));
        }
    });

    it("finds no fault with the good example of any rule", () => {
        for (const { id, example } of RULES) {
            for (const source of exampleObjects(example.good)) {
                assert.deepEqual(violations(evaluate(unknownField, source)), [], id);
            }
        }
    });

    it("notices one unknown field anywhere in objects of every kind in the table", () => {
        fc.assert(
            fc.property(fc.constantFrom(...schemaKinds()), fc.integer(), ({ apiVersion, kind }, seed) => {
                const root: Json = { apiVersion, kind, metadata: { name: "web" } };
                const path = plant(root, schemaOf(apiVersion, kind) ?? assert.fail(kind), seed);
                assert.deepEqual(violations(evaluate(unknownField, root)), [path], JSON.stringify(root));
            }),
            { numRuns: 2000 },
        );
    });
});

/** Puts an unknown field somewhere below an object, as deep as a number says. @returns its path. */
function plant(root: Json, type: SchemaType, seed: number): string {
    let [rest, at, path] = [Math.abs(seed), root, ""];
    for (let [depth, place] = [0, type]; depth < rest % 6; depth += 1) {
        const below = [...place].filter(
            ([name, known]) =>
                known.type !== undefined && known.until === undefined && known.shape !== "map" && name !== "status",
        );
        const [name, known] = below[rest % Math.max(1, below.length)] ?? [];
        if (name === undefined || known?.type === undefined) {
            break;
        }
        const next: Json = {};
        at[name] = next;
        path += `${name}.`;
        [at, place, rest] = [next, known.type, Math.floor(rest / 7)];
    }
    at.bogus = 1;
    return `${path}bogus`;
}

describe("The table of fields", () => {
    it("has every workload that the pack evaluates, in the present version", () => {
        for (const kind of Object.keys(KINDS)) {
            const [present = ""] = location(kind).versions;
            assert.notEqual(schemaOf(present, kind), undefined, kind);
        }
    });

    it("agrees with the kinds and the removed versions that other rules know", () => {
        for (const { apiVersion, kind } of schemaKinds()) {
            const { group, version } = groupKindOf(apiVersion, kind);
            assert.ok(isBuiltIn(group), apiVersion);
            assert.equal(misnomerOf({ group, version, kind }), undefined, `${apiVersion} ${kind}`);
            const removal = removalOf(group, version ?? "", kind);
            assert.ok(removal === undefined || schemaOf(removal.instead, kind) !== undefined || removal.instead === "");
        }
    });
});
