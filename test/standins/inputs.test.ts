import assert from "node:assert/strict";
import { fromState, markSecrets, prune, toState } from "../../standins/kubernetes/checkpoint";
import { checkInputs } from "../../standins/kubernetes/inputs";
import { keepIgnored } from "../../standins/kubernetes/ignoreChanges";
import { liveInputs } from "../../standins/kubernetes/liveInputs";
import { takeOver } from "../../standins/kubernetes/managedFields";
import { normalize } from "../../standins/kubernetes/normalize";
import { gvkOfToken } from "../../kube/kinds";
import { gvkOf } from "../../standins/kubernetes/object";
import { canonicalQuantity } from "../../standins/kubernetes/quantity";
import { withScope } from "../../standins/kubernetes/scope";
import { parseUrn } from "../../standins/protocol/urn";
import { at, fromStruct, Secret, toStruct, Unknown } from "../../standins/protocol/values";
import type { PropertyMap } from "../../standins/protocol/values";
import { offlineSession } from "./support";

const URN = "urn:pulumi:staging::proj::my:Component$kubernetes:core/v1:ConfigMap::settings";

describe("stand-in Kubernetes plugin: names", () => {
    const check = (object: PropertyMap) =>
        checkInputs(object, {
            ...{ urn: URN, type: "kubernetes:core/v1:ConfigMap", preview: false, timeoutSeconds: 0 },
            session: offlineSession(),
        });
    it("leaves a given name alone", async () => {
        const named = { metadata: { name: "x", namespace: "mesh" } };
        assert.deepEqual(await check(named), named);
    });
    it("refuses an object without a name, since the stacks name all of theirs", async () => {
        await assert.rejects(() => check({ metadata: { namespace: "mesh" } }), /metadata\.name is not set/);
        await assert.rejects(() => check({}), /metadata\.name is not set/);
    });
    it("waits for a name that is not known yet", async () => {
        const open = { metadata: { name: new Unknown(), namespace: "mesh" } };
        assert.deepEqual(await check(open), open);
        assert.deepEqual(await check({ metadata: new Unknown() }), { metadata: new Unknown() });
    });
    it("sets the namespace of an object that names none, and removes one that its kind cannot have", async () => {
        assert.deepEqual(await check({ metadata: { name: "x" } }), { metadata: { name: "x", namespace: "default" } });
        const role = { kind: "ClusterRole", metadata: { name: "x", namespace: "mesh" } };
        const gvk = { group: "rbac.authorization.k8s.io", version: "v1", kind: "ClusterRole" };
        assert.deepEqual((await withScope(role, gvk, offlineSession())).metadata, { name: "x" });
    });
    it("reads types and names out of URNs and tokens", () => {
        assert.deepEqual(parseUrn(`${URN}::more`), { type: "kubernetes:core/v1:ConfigMap", name: "settings::more" });
        assert.deepEqual(gvkOfToken("kubernetes:core/v1:Pod"), { group: "", version: "v1", kind: "Pod" });
        assert.deepEqual(gvkOf({ apiVersion: "apps/v1", kind: "X" }), { group: "apps", version: "v1", kind: "X" });
    });
});

describe("stand-in Kubernetes plugin: values as the API server writes them", () => {
    const cases: [string, string][] = [
        ["0.5", "500m"],
        ["0.1", "100m"],
        ["1000m", "1"],
        ["1", "1"],
        ["1500m", "1500m"],
        ["1024Mi", "1Gi"],
        ["100Mi", "100Mi"],
        ["1.5Gi", "1536Mi"],
        ["1e3", "1e3"],
        ["10e2", "1e3"],
        ["2e2", "200"],
        ["1.5e3", "1500"],
        ["1000", "1k"],
        ["123456", "123456"],
        ["0", "0"],
        ["0Mi", "0"],
        ["0.0000000001", "1n"],
        ["-0.5", "-500m"],
        ["+2", "2"],
        ["1E", "1E"],
        ["lots", "lots"],
        ["", ""],
        [".5", "500m"],
        ["2048", "2048"],
        ["1Ki", "1Ki"],
    ];
    for (const [given, canonical] of cases) {
        it(`writes the quantity "${given}" as "${canonical}"`, () => {
            assert.equal(canonicalQuantity(given), canonical);
        });
    }
    it("writes the quantities of built-in kinds, and leaves those of others alone", () => {
        const container = { resources: { limits: { cpu: 1, memory: "1024Mi" } }, limits: { nested: { cpu: "0.5" } } };
        const pod = { apiVersion: "v1", kind: "Pod", spec: { containers: [container] } };
        const [first] = [at(normalize(pod), "spec", "containers")].flat();
        assert.deepEqual(at(first, "resources", "limits"), { cpu: "1", memory: "1Gi" });
        const custom = { apiVersion: "x.example.com/v1", kind: "X", spec: { limits: { cpu: "0.5" } } };
        assert.deepEqual(normalize(custom), custom);
    });
    it("moves a Secret's stringData to data in base64, over existing keys", () => {
        const secret = { apiVersion: "v1", kind: "Secret", data: { a: "YQ==", b: "eA==" }, stringData: { b: "y" } };
        assert.deepEqual(normalize(secret), { apiVersion: "v1", kind: "Secret", data: { a: "YQ==", b: "eQ==" } });
    });
    it("drops what only the server sets in metadata", () => {
        const object = { apiVersion: "v1", kind: "X", metadata: { name: "a", uid: "1", resourceVersion: "2" } };
        assert.deepEqual(normalize(object).metadata, { name: "a" });
    });
    it("turns an imported object into inputs: no status, no server fields, no annotations of controllers", () => {
        const live = {
            kind: "Deployment",
            metadata: {
                name: "a",
                uid: "1",
                managedFields: [],
                generation: 1,
                creationTimestamp: "t",
                resourceVersion: "1",
                annotations: { "deployment.kubernetes.io/revision": "1" },
            },
            status: {},
        };
        assert.deepEqual(liveInputs(live), { kind: "Deployment", metadata: { name: "a" } });
    });
    it("uses kubectl's inputs for an imported object, without the server's defaults", () => {
        const given = { apiVersion: "v1", kind: "Service", metadata: { name: "a" }, spec: { ports: [] } };
        const annotations = { "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify(given) };
        const live = { ...given, metadata: { name: "a", annotations }, spec: { ports: [], clusterIP: "10.0.0.1" } };
        assert.deepEqual(liveInputs(live), given);
    });
    it("uses the object itself if the annotation contains no object", () => {
        const annotations = { "kubectl.kubernetes.io/last-applied-configuration": "{" };
        const live = { kind: "Service", metadata: { name: "a", annotations } };
        assert.deepEqual(liveInputs(live), { kind: "Service", metadata: { name: "a" } });
    });
});

describe("stand-in Kubernetes plugin: state", () => {
    it("gives back what it was built from", () => {
        const inputs = { kind: "X", spec: { "x-kubernetes-int-or-string": true } };
        const state = toState(inputs, { ...inputs, status: 1 }, {}, { initialApiVersion: "v1", fieldManager: "m" });
        assert.equal(at(state, "spec", "x_kubernetes_int_or_string"), true);
        const back = fromState(fromStruct(toStruct(state)));
        assert.deepEqual(back.inputs, inputs);
        assert.deepEqual(back.live, { ...inputs, status: 1 });
        assert.equal(back.fieldManager, "m");
    });
    it("keeps secrets secret: a Secret's data always, others where the inputs have them", () => {
        const secret = markSecrets({ kind: "Secret", data: { a: "b" } }, {});
        assert.ok(secret.data instanceof Secret);
        const marked = markSecrets({ kind: "X", spec: { a: "1", b: ["2"] } }, { spec: { b: [new Secret("2")] } });
        assert.equal(at(marked, "spec", "a"), "1");
        assert.ok(at(marked, "spec", "b") instanceof Secret);
        assert.ok(!JSON.stringify(toStruct({ a: new Unknown() }).toJavaScript()).includes("token"));
    });
    it("compares a live object only where the program set something", () => {
        const live: PropertyMap = { a: 1, b: { c: 2, d: 3 }, list: [{ x: 1, y: 2 }, { x: 3 }], other: 1 };
        assert.deepEqual(prune(live, { b: { c: 0 }, list: [{ x: 0 }] }), { b: { c: 2 }, list: [{ x: 1 }] });
    });
    it("transfers a create's fields to the apply manager, and does not change other managers", () => {
        const entry = (manager: string, operation: string, fieldsV1: PropertyMap): PropertyMap => ({
            manager,
            operation,
            fieldsV1,
        });
        const managedFields = [
            entry("pulumi-kubernetes", "Update", { "f:spec": { "f:a": {} } }),
            entry("mine", "Apply", { "f:spec": { "f:b": {} } }),
            entry("kubelet", "Update", { "f:spec": { "f:c": {} } }),
        ];
        const taken = takeOver({ metadata: { managedFields } }, "mine");
        assert.deepEqual(
            taken?.map((each) => each.manager),
            ["kubelet", "mine"],
        );
        assert.deepEqual(taken[1]?.fieldsV1, { "f:spec": { "f:b": {}, "f:a": {} } });
        assert.equal(takeOver({ metadata: { managedFields: managedFields.slice(1) } }, "mine"), undefined);
    });
    it("leaves an ignored field to its owner, and keeps the live value of one that no other manager owns", () => {
        const live: PropertyMap = {
            spec: { replicas: 5, paused: true },
            metadata: {
                managedFields: [
                    { manager: "hpa", operation: "Update", fieldsV1: { "f:spec": { "f:replicas": {} } } },
                    { manager: "me", operation: "Apply", fieldsV1: { "f:spec": { "f:paused": {} } } },
                ],
            },
        };
        const wanted = keepIgnored(
            { spec: { replicas: 1, paused: false } },
            live,
            ["spec.replicas", "spec.paused"],
            "me",
        );
        assert.deepEqual(wanted, { spec: { paused: true } });
    });
});
