import assert from "node:assert/strict";
import { changesOf, compareVersions, planned } from "../../engine/changes";
import { type EngineStep, readEvents } from "../../engine/events";
import { previewOf } from "../../engine/preview";
import { replacementCost } from "../../engine/replacement";
import { compare, COMPUTED, SECRET, showable, valueAt } from "../../engine/values";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const encrypted = { [SIGNATURE]: "1b47061264138c4ac30d75fd1eb44270", ciphertext: "[secret]" };
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

type Inputs = Record<string, unknown>;

/** A step of the engine about a custom resource. */
function step(op: string, type: string, name: string, before?: Inputs, after?: Inputs, diff?: string[]): EngineStep {
    const state = (inputs?: Inputs) => (inputs === undefined ? undefined : { custom: true, inputs });
    return {
        op,
        urn: `urn:pulumi:staging::x0tta6bl4::${type}::${name}`,
        type,
        old: state(before),
        new: state(after),
        detailedDiff: diff && Object.fromEntries(diff.map((path) => [path, { kind: "update" }])),
    };
}

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";

function deployment(replicas: number, app = "mesh", env: Inputs[] = []): Inputs {
    return {
        metadata: { name: "mesh", namespace: "mesh" },
        spec: {
            replicas,
            selector: { matchLabels: { "app.kubernetes.io/name": app } },
            template: { spec: { containers: [{ name: "app", env }] } },
        },
    };
}

/** Differences between two versions of a resource. */
function versions(type: string, before: Inputs, after: Inputs) {
    const resources = (inputs: Inputs) => planned([step("create", type, "x", undefined, inputs)]);
    return compareVersions(resources(before), resources(after));
}

describe("Pipeline: changes between two versions of the program", () => {
    it("are empty for the same program", () => {
        assert.deepEqual(versions(DEPLOYMENT, deployment(2), deployment(2)), []);
    });

    it("name the object, the path, and both values", () => {
        assert.deepEqual(versions(DEPLOYMENT, deployment(2), deployment(3)), [
            {
                op: "update",
                object: "Deployment mesh/mesh",
                details: [{ path: "spec.replicas", before: "2", after: "3" }],
            },
        ]);
    });

    it("compare the items of a list by name, so that a new one does not shift the others", () => {
        const old = [{ name: "B", value: "2" }];
        const wanted = [
            { name: "A", value: "1" },
            { name: "B", value: "2" },
        ];
        const [change] = versions(DEPLOYMENT, deployment(2, "mesh", old), deployment(2, "mesh", wanted));
        assert.deepEqual(change?.details, [
            { path: "spec.template.spec.containers[app].env[A]", after: '{"name":"A","value":"1"}' },
        ]);
    });

    it("say that a selector, a claim's class or a generated value makes a new object necessary", () => {
        assert.equal(versions(DEPLOYMENT, deployment(2), deployment(2, "other"))[0]?.op, "replace");
        const claim = (storageClassName: string) => ({ metadata: { name: "data" }, spec: { storageClassName } });
        const type = "kubernetes:core/v1:PersistentVolumeClaim";
        assert.equal(versions(type, claim("a"), claim("b"))[0]?.op, "replace");
        assert.equal(
            versions("random:index/randomPassword:RandomPassword", { length: 1 }, { length: 2 })[0]?.op,
            "replace",
        );
    });

    it("say that data of a ConfigMap does not", () => {
        const map = (level: string) => ({ metadata: { name: "c" }, data: { level } });
        assert.equal(versions("kubernetes:core/v1:ConfigMap", map("a"), map("b"))[0]?.op, "update");
    });

    it("show of a long text only the lines that differ", () => {
        const text = (line: string) => ({ metadata: { name: "c" }, data: { "a.conf": `one\n${line}\nthree\n` } });
        assert.deepEqual(versions("kubernetes:core/v1:ConfigMap", text("two"), text("2"))[0]?.details, [
            { path: 'data["a.conf"]', before: "two", after: "2" },
        ]);
    });

    it("know a new, a removed and a renamed resource", () => {
        const of = (name: string, object: string) =>
            planned([step("create", DEPLOYMENT, name, undefined, { metadata: { name: object } })]);
        assert.deepEqual(compareVersions([], of("x", "a")), [{ op: "create", object: "Deployment a", details: [] }]);
        assert.deepEqual(compareVersions(of("x", "a"), []), [{ op: "delete", object: "Deployment a", details: [] }]);
        const [moved, ...rest] = compareVersions(of("x", "a"), of("y", "a"));
        assert.deepEqual(rest, []);
        assert.equal(moved?.op, "move");
        assert.deepEqual(moved.details, [
            { path: "logical name", before: `${DEPLOYMENT}::x`, after: `${DEPLOYMENT}::y` },
        ]);
    });

    it("leave components and providers out", () => {
        const provider = step("create", "pulumi:providers:kubernetes", "cluster", undefined, { context: "a" });
        const component = { ...step("create", "x0tta6bl4:mesh:MeshApp", "mesh"), new: { custom: false, inputs: {} } };
        assert.deepEqual(planned([provider, component]), []);
    });
});

describe("Pipeline: changes of a stack", () => {
    it("show what is live and what comes, at the paths that the provider names", () => {
        const live = { ...step("update", DEPLOYMENT, "mesh", deployment(2), deployment(2), ["spec.replicas"]) };
        live.old = { custom: true, inputs: deployment(2), outputs: deployment(5) };
        assert.deepEqual(changesOf([live]), [
            {
                op: "update",
                object: "Deployment mesh/mesh",
                details: [{ path: "spec.replicas", before: "5", after: "2" }],
            },
        ]);
    });

    it("count a replacement once", () => {
        const steps = ["create-replacement", "replace", "delete-replaced"].map((op) =>
            step(op, DEPLOYMENT, "mesh", deployment(2), deployment(2, "other"), ["spec.selector"]),
        );
        assert.deepEqual(
            changesOf(steps).map(({ op, details }) => [op, details.length]),
            [["replace", 1]],
        );
    });

    it("are none for resources that stay, are read or refreshed", () => {
        const steps = ["same", "read", "refresh"].map((op) => step(op, DEPLOYMENT, op, deployment(2), deployment(3)));
        assert.deepEqual(changesOf(steps), []);
    });
});

describe("Pipeline: values", () => {
    it("never hold a secret, marked or not", () => {
        const type = "kubernetes:core/v1:Secret";
        const secret = showable(type, {
            metadata: { name: "s" },
            data: { key: "cGFzc3dvcmQ=" },
            stringData: encrypted,
        });
        assert.deepEqual(secret, { metadata: { name: "s" }, data: SECRET, stringData: SECRET });
        assert.deepEqual(showable("random:index/randomBytes:RandomBytes", { a: [{ b: encrypted }] }), {
            a: [{ b: SECRET }],
        });
    });

    it("tell that a value is not known yet", () => {
        assert.deepEqual(showable(DEPLOYMENT, { checksum: UNKNOWN }), { checksum: COMPUTED });
    });

    it("are cut when they are long", () => {
        const [detail] = compare({ a: "x" }, { a: "y".repeat(1000) });
        assert.match(detail?.after ?? "", /^y{300} \.\.\. \(1000 characters\)$/);
    });

    it("are found by both spellings of a path", () => {
        const object = { metadata: { annotations: { "a.b/c": "1" } }, list: [{ x: 2 }] };
        assert.equal(valueAt(object, 'metadata.annotations["a.b/c"]'), "1");
        assert.equal(valueAt(object, "metadata.annotations.a.b/c"), "1");
        assert.equal(valueAt(object, "list[0].x"), 2);
        assert.equal(valueAt(object, "list[1].x"), undefined);
        assert.equal(valueAt(object, "metadata.name"), undefined);
    });
});

describe("Pipeline: events of the engine", () => {
    const lines = (...events: object[]) => events.map((event) => JSON.stringify(event)).join("\n");

    it("give what policies reported, with the resource, but not the stack as one", () => {
        const policy = (enforcementLevel: string, resourceUrn: string) => ({
            policyEvent: { policyName: "host-path", enforcementLevel, resourceUrn, message: "bad\n" },
        });
        const stack = "urn:pulumi:staging::x::pulumi:pulumi:Stack::x-staging";
        assert.deepEqual(readEvents(lines(policy("mandatory", "urn:a"), policy("advisory", stack))).policyEvents, [
            { urn: "urn:a", rule: "host-path", level: "mandatory", message: "bad" },
            { urn: "", rule: "host-path", level: "advisory", message: "bad" },
        ]);
    });

    it("give errors, but not warnings and not lines that are no event", () => {
        const diagnostic = (severity: string, message: string) => ({ diagnosticEvent: { severity, message } });
        const events = readEvents(`warning: x\n${lines(diagnostic("error", "bad\n"), diagnostic("warning", "hm"))}`);
        assert.deepEqual(events.errors, ["bad"]);
    });
});

describe("Pipeline: resources of a preview", () => {
    it("count a replacement once, and a deletion not at all", () => {
        const replaced = ["create-replacement", "replace", "delete-replaced"].map((op) =>
            step(op, DEPLOYMENT, "mesh", deployment(2), deployment(2, "other"), ["spec.selector"]),
        );
        const deleted = step("delete", DEPLOYMENT, "gone", deployment(2));
        const same = step("same", DEPLOYMENT, "stays", deployment(2), deployment(2));
        const stdout = [...replaced, deleted, same].map((metadata) =>
            JSON.stringify({ resourcePreEvent: { metadata } }),
        );
        const found = previewOf({ code: 0, stdout: stdout.join("\n"), stderr: "" }, [], false);
        assert.equal(found.steps.length, 5);
        assert.equal(found.resources, 2);
        assert.deepEqual(found.changes.map(({ op }) => op).sort(), ["delete", "replace"]);
    });

    it("report what a replacement costs, by kind", () => {
        const cost = (object: string, ...paths: string[]) =>
            replacementCost({ object, details: paths.map((path) => ({ path })) });
        assert.match(
            cost("StatefulSet spire/spire-server", "spec.volumeClaimTemplates[0].spec"),
            /^its pods are deleted first/,
        );
        assert.match(cost("Namespace shop"), /everything in it is deleted/);
        assert.match(cost("Deployment shop/web", "metadata.namespace"), /^created under its new name first/);
        assert.match(cost("RandomPassword key", "name"), /^a new value is generated/);
        assert.equal(cost("constructor x"), cost("Widget a/b"));
    });
});
