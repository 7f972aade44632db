import assert from "node:assert/strict";
import { parseTypeToken } from "../../policy/crossguard/typeToken";
import { runAsNonRoot } from "../../policy/rules/pss/runAsNonRoot";
import {
    evaluate,
    KINDS,
    location,
    podSpec,
    set,
    source,
    violations,
    workload,
    type Json,
    CORE_RULES,
} from "./fixtures";

const KEY = "securityContext.runAsNonRoot";

/** A resource as seen by the pack. */
function resource(type: string, body: Json) {
    const parsed = parseTypeToken(type);
    assert.ok(parsed, type);
    return { ...parsed, body };
}

describe("workload kinds", () => {
    for (const [kind, { versions, pod }] of Object.entries(KINDS)) {
        for (const apiVersion of versions) {
            it(`evaluates ${kind} of ${apiVersion}, as a manifest and as a resource`, () => {
                const object = { ...workload(kind), apiVersion };
                for (const rule of CORE_RULES) {
                    assert.deepEqual(evaluate(rule, object), [], rule.id);
                }
                set(object, `${pod}.containers[1].${KEY}`, false);
                const expected = [`${pod}.containers[1].${KEY}`];
                assert.deepEqual(violations(evaluate(runAsNonRoot, object)), expected);
                const token = apiVersion === "v1" ? "core/v1" : apiVersion;
                assert.deepEqual(
                    violations(evaluate(runAsNonRoot, resource(`kubernetes:${token}:${kind}`, object))),
                    expected,
                );
            });
        }

        it(`evaluates every element of a ${kind}List`, () => {
            const bad = set(workload(kind), `${pod}.containers[0].${KEY}`, false);
            const list = { items: [workload(kind), bad, workload(kind), bad] };
            const token = location(kind).versions[0]!.replace(/^v1$/, "core/v1");
            const outcomes = evaluate(runAsNonRoot, resource(`kubernetes:${token}:${kind}List`, list));
            assert.deepEqual(
                violations(outcomes),
                [1, 3].map((index) => `items[${index}].${pod}.containers[0].${KEY}`),
            );
            assert.deepEqual([outcomes[0]?.kind, outcomes[1]?.name], [kind, "web"]);
        });

        it(`evaluates only what a ${kind}Patch holds`, () => {
            const token = location(kind).versions[0]!.replace(/^v1$/, "core/v1");
            const type = `kubernetes:${token}:${kind}Patch`;
            const body = { metadata: { name: "web" } };
            for (const rule of CORE_RULES) {
                assert.deepEqual(evaluate(rule, resource(type, body)), [], rule.id);
                const bare = set(structuredClone(body), pod, {
                    containers: [{ name: "api", livenessProbe: { periodSeconds: 9 } }],
                });
                assert.deepEqual(evaluate(rule, resource(type, bare)), [], rule.id);
            }
            const patch = set(body, `${pod}.containers`, [{ name: "api", securityContext: { runAsNonRoot: false } }]);
            assert.deepEqual(violations(evaluate(runAsNonRoot, resource(type, patch))), [
                `${pod}.containers[0].${KEY}`,
            ]);
        });
    }

    it("evaluates workloads in a List by their own kind", () => {
        const pod = {
            apiVersion: "v1",
            kind: "Pod",
            metadata: { name: "p" },
            spec: { ...podSpec(), securityContext: {} },
        };
        const items = [
            { apiVersion: "v1", kind: "ConfigMap" },
            pod,
            { apiVersion: "v1", kind: "List", items: [pod] },
            null,
        ];
        const outcomes = evaluate(runAsNonRoot, { apiVersion: "v1", kind: "List", items });
        assert.equal(outcomes.length, 10);
        assert.equal(outcomes[0]?.path, `items[1].spec.containers[0].${KEY}`);
        assert.equal(outcomes[5]?.path, `items[2].items[0].spec.containers[0].${KEY}`);
    });

    it("leaves other objects alone, also those of a like-named kind", () => {
        const spec = { template: { spec: { containers: [{}] } } };
        for (const [apiVersion, kind] of [
            ["v1", "ConfigMap"],
            ["batch.volcano.sh/v1alpha1", "Job"],
            ["example.com/v1", "Deployment"],
            ["v1", "Deployment"],
            ["v1", "constructor"],
            ["v1", "ConfigMapList"],
        ]) {
            assert.deepEqual(evaluate(runAsNonRoot, source({ apiVersion, kind, spec })), [], kind);
        }
    });

    it("knows no type token but those of Kubernetes objects", () => {
        for (const token of [
            "x0tta6bl4:mesh:MeshApp",
            "pulumi:providers:kubernetes",
            "kubernetes:helm.sh/v3:Release/x",
        ]) {
            assert.equal(parseTypeToken(token), undefined, token);
        }
        assert.deepEqual(parseTypeToken("kubernetes:core/v1:Pod"), {
            group: "",
            kind: "Pod",
            version: "v1",
            partial: false,
        });
    });
});
