import assert from "node:assert/strict";
import { diffObjects } from "../../standins/kubernetes/diff";
import { forceNewFields } from "../../kube/immutableFields";
import { parsePath, pathText } from "../../standins/kubernetes/paths";
import { Unknown } from "../../standins/protocol/values";
import type { PropertyMap } from "../../standins/protocol/values";

const immutable = { enableConfigMapMutable: false, enableSecretMutable: false };

/** Differences of two objects of a kind as `path: kind`, with `!` where the object is replaced. */
function changes(
    group: string,
    kind: string,
    before: PropertyMap,
    after: PropertyMap,
    ignore: string[] = [],
): string[] {
    const fields = forceNewFields({ group, version: "v1", kind }, after, immutable);
    return [...diffObjects(before, after, fields, ignore)].map(
        ([path, change]) => `${path}: ${change.kind}${change.replace ? "!" : ""}`,
    );
}

describe("stand-in Kubernetes plugin: differences", () => {
    it("finds none between equal objects, whatever the order of names", () => {
        assert.deepEqual(changes("apps", "Deployment", { a: 1, b: { c: [1] } }, { b: { c: [1] }, a: 1 }), []);
    });
    it("names the path of what is added, removed and changed", () => {
        const before = { data: { a: "1", b: "2" }, list: [{ x: 1 }, { x: 2 }] };
        const after = { data: { a: "9", "c.d/e": "3" }, list: [{ x: 1, y: 2 }] };
        assert.deepEqual(changes("", "Other", before, after), [
            "data.a: update",
            "data.b: delete",
            'data["c.d/e"]: add',
            "list[0].y: add",
            "list[1]: delete",
        ]);
    });
    it("treats an unknown value as a change", () => {
        assert.deepEqual(changes("", "Other", { a: 1 }, { a: new Unknown() }), ["a: update"]);
    });
    it("treats null as absent", () => {
        assert.deepEqual(changes("", "Other", { a: null }, { b: null }), []);
    });
    it("leaves out what the program ignores, and what lies below", () => {
        const before = { spec: { replicas: 1, ports: [{ port: 1 }] }, metadata: { labels: { "a.b/c": "1" } } };
        const after = { spec: { replicas: 2, ports: [{ port: 2 }] }, metadata: { labels: { "a.b/c": "2" } } };
        const ignore = ["spec.replicas", "spec.ports[*].port", 'metadata.labels["a.b/c"]'];
        assert.deepEqual(changes("apps", "Deployment", before, after, ignore), []);
    });
    it("replaces on the identity of any kind", () => {
        const after = { metadata: { name: "b", namespace: "y" } };
        assert.deepEqual(changes("x.example.com", "Any", { metadata: { name: "a", namespace: "x" } }, after), [
            "metadata.name: update!",
            "metadata.namespace: update!",
        ]);
    });
    it("replaces a Deployment on its selector, but not on its template", () => {
        const spec = (app: string): PropertyMap => ({
            spec: { selector: { matchLabels: { app } }, template: { metadata: { labels: { app } } } },
        });
        assert.deepEqual(changes("apps", "Deployment", spec("a"), spec("b")), [
            "spec.selector.matchLabels.app: update!",
            "spec.template.metadata.labels.app: update",
        ]);
    });
    it("replaces when a parent of an immutable field is added", () => {
        assert.deepEqual(changes("apps", "Deployment", {}, { spec: { selector: {} } }), ["spec: add!"]);
    });
    it("replaces a Service on its clusterIP and a PersistentVolumeClaim on its class only", () => {
        assert.deepEqual(changes("", "Service", { spec: { clusterIP: "a" } }, { spec: { clusterIP: "None" } }), [
            "spec.clusterIP: update!",
        ]);
        const claim = (name: string, storage: string): PropertyMap => ({
            spec: { storageClassName: name, resources: { requests: { storage } } },
        });
        assert.deepEqual(changes("", "PersistentVolumeClaim", claim("a", "1Gi"), claim("b", "2Gi")), [
            "spec.storageClassName: update!",
            "spec.resources.requests.storage: update",
        ]);
    });
    it("replaces a ConfigMap and a Secret on their data unless the provider lets them change", () => {
        for (const kind of ["ConfigMap", "Secret"]) {
            assert.deepEqual(changes("", kind, { data: { a: "1" } }, { data: { a: "2" } }), ["data.a: update!"]);
        }
        const mutable = { enableConfigMapMutable: true, enableSecretMutable: true };
        const fields = (object: PropertyMap): string[] =>
            forceNewFields({ group: "", version: "v1", kind: "ConfigMap" }, object, mutable).map((path) =>
                path.join("."),
            );
        assert.deepEqual(fields({}), ["metadata.name", "metadata.namespace"]);
        assert.ok(fields({ immutable: true }).includes("data"));
    });
});

describe("stand-in Kubernetes plugin: property paths", () => {
    it("writes and reads names with dots, positions and quotes", () => {
        const path = ["metadata", "annotations", "a.b/c", "list", 0, 'say "x"'];
        assert.equal(pathText(path), 'metadata.annotations["a.b/c"].list[0]["say \\"x\\""]'.replace('["say', '["say'));
        assert.deepEqual(parsePath('metadata.annotations["a.b/c"].list[0]'), path.slice(0, 5));
        assert.deepEqual(parsePath("a[*].b"), ["a", "*", "b"]);
    });
});
