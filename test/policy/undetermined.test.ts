import assert from "node:assert/strict";
import * as proxy from "@pulumi/policy/proxy";
import { isUnknown } from "../../policy/engine/unknown";
import { violation } from "../../policy/engine/finding";
import { defineRule } from "../../policy/evaluation/rule";
import { resourceLimits } from "../../policy/rules/resources/resourceLimits";
import { runAsNonRoot } from "../../policy/rules/pss/runAsNonRoot";
import { evaluate, set, UNKNOWN, violations, workload, CORE_RULES } from "./fixtures";

const POD = "spec.template.spec";

describe("unknown values", () => {
    it("are those that the SDK knows", () => {
        const sentinels = Object.entries(proxy).filter(([name]) => /^unknown.+Value$/.test(name));
        assert.equal(sentinels.length, 7);
        for (const [name, value] of sentinels) {
            assert.ok(isUnknown(value), name);
        }
    });

    it("do not matter where no rule reads them", () => {
        const object = set(workload(), `${POD}.containers[0].image`, UNKNOWN);
        set(object, `${POD}.containers[0].env`, UNKNOWN);
        set(object, `${POD}.containers[0].livenessProbe.httpGet.port`, UNKNOWN);
        set(object, "metadata.annotations", { checksum: UNKNOWN });
        for (const rule of CORE_RULES) {
            assert.deepEqual(evaluate(rule, object), [], rule.id);
        }
    });

    it("are one remark per rule and object, beside the violations that are known", () => {
        const object = workload();
        set(object, `${POD}.containers[0].resources.limits`, UNKNOWN);
        set(object, `${POD}.initContainers[0].resources.limits.cpu`, UNKNOWN);
        set(object, `${POD}.containers[1].resources.limits.cpu`, undefined);
        const outcomes = evaluate(resourceLimits, object);
        assert.deepEqual(violations(outcomes), [`${POD}.containers[1].resources.limits.cpu`]);
        assert.deepEqual(
            outcomes.filter(({ type }) => type === "undetermined").map(({ message }) => message),
            [
                `Deployment shop/web: cannot be evaluated completely until the update knows ${POD}.containers[0].resources.limits, ` +
                    `${POD}.initContainers[0].resources.limits.cpu.`,
            ],
        );
    });

    it("hide only the list that they stand for", () => {
        const object = set(workload(), `${POD}.initContainers`, UNKNOWN);
        set(object, `${POD}.containers[1].securityContext`, { runAsNonRoot: false });
        const outcomes = evaluate(runAsNonRoot, object);
        assert.deepEqual(violations(outcomes), [`${POD}.containers[1].securityContext.runAsNonRoot`]);
        assert.equal(outcomes[1]?.path, `${POD}.initContainers`);
    });

    it("never pass: a whole unknown object is undetermined under every rule", () => {
        for (const path of ["spec", "spec.template", POD, `${POD}.containers`, `${POD}.containers[0]`]) {
            for (const rule of CORE_RULES) {
                const types = evaluate(rule, set(workload(), path, UNKNOWN)).map(({ type }) => type);
                assert.deepEqual(types, ["undetermined"], `${rule.id} ${path}`);
            }
        }
        const list = { apiVersion: "apps/v1", kind: "DeploymentList", items: UNKNOWN };
        for (const rule of CORE_RULES) {
            assert.equal(evaluate(rule, list)[0]?.type, "undetermined");
        }
    });

    it("do not matter where something known decides", () => {
        const object = set(workload(), `${POD}.containers`, [
            { name: "a", securityContext: { runAsNonRoot: true }, resources: { limits: { cpu: "1", memory: "1Gi" } } },
        ]);
        set(object, `${POD}.containers[0].securityContext.runAsUser`, UNKNOWN);
        set(object, `${POD}.hostUsers`, UNKNOWN);
        assert.deepEqual(evaluate(runAsNonRoot, object), []);
    });

    it("include secrets that were redacted, whatever their type", () => {
        const object = set(workload(), `${POD}.securityContext`, "[secret]");
        set(object, `${POD}.containers[0].resources.limits.cpu`, "[secret]");
        for (const rule of [runAsNonRoot, resourceLimits]) {
            assert.deepEqual(
                evaluate(rule, object).map(({ type }) => type),
                ["undetermined"],
            );
        }
    });

    it("leave the object without them in its name", () => {
        const object = set(workload(), "metadata.namespace", UNKNOWN);
        set(object, "metadata.name", UNKNOWN);
        set(object, `${POD}.securityContext`, undefined);
        const [first] = evaluate(runAsNonRoot, object);
        assert.match(first?.message ?? "", /^Deployment \(unnamed\): container "api"/);
    });
});

describe("malformed objects", () => {
    for (const path of [
        "spec",
        "spec.template",
        POD,
        `${POD}.containers`,
        `${POD}.containers[0]`,
        `${POD}.initContainers`,
    ]) {
        for (const value of ["text", 7, true]) {
            it(`are violations: ${path} = ${value}`, () => {
                for (const rule of CORE_RULES) {
                    const outcomes = evaluate(rule, set(workload(), path, value));
                    assert.ok(violations(outcomes).length > 0, rule.id);
                    assert.ok(
                        outcomes.every(({ type }) => type === "violation"),
                        rule.id,
                    );
                }
            });
        }
    }

    it("are violations without containers", () => {
        for (const rule of CORE_RULES) {
            for (const path of ["spec", "spec.template", POD, `${POD}.containers`]) {
                const outcomes = evaluate(rule, set(workload(), path, undefined));
                assert.ok(violations(outcomes).includes(`${POD}.containers`), `${rule.id} ${path}`);
            }
            assert.ok(evaluate(rule, set(workload(), `${POD}.containers`, [])).length > 0);
        }
    });

    it("say which type is wrong, never the value", () => {
        const object = set(workload(), `${POD}.securityContext.runAsNonRoot`, "s3cret");
        const outcomes = evaluate(runAsNonRoot, object);
        assert.match(
            outcomes[0]?.message ?? "",
            /runAsNonRoot must be true or false, not a string\. Correct its value\.$/,
        );
        assert.doesNotMatch(JSON.stringify(outcomes), /s3cret/);
    });

    it("may be anything at all", () => {
        for (const body of [undefined, null, 0, "", "text", [], [[]], true]) {
            for (const kind of ["Deployment", "Pod", "DeploymentList", "List"]) {
                const group = kind.startsWith("Deployment") ? "apps" : "";
                for (const rule of CORE_RULES) {
                    const outcomes = evaluate(rule, { group, kind, body });
                    const empty = body === undefined || body === null;
                    assert.ok(
                        outcomes.length > 0 || (kind.endsWith("List") && empty),
                        `${kind} ${JSON.stringify(body)}`,
                    );
                }
            }
        }
    });
});

describe("a rule that fails", () => {
    const broken = defineRule({
        ...runAsNonRoot,
        options: {},
        check: () => {
            throw new TypeError("s3cret");
        },
    });

    it("is a violation without the error's text, never a pass or a crash", () => {
        const outcomes = evaluate(broken, workload());
        assert.deepEqual(violations(outcomes), [POD]);
        assert.match(outcomes[0]?.message ?? "", /rule run-as-non-root failed with TypeError/);
        assert.doesNotMatch(JSON.stringify(outcomes), /s3cret/);
    });

    it("keeps what it found before", () => {
        const late = defineRule({
            ...runAsNonRoot,
            options: {},
            *check({ pod }) {
                yield violation(pod.at("hostPID"), "is bad", "Improve it.");
                throw new RangeError("late");
            },
        });
        assert.deepEqual(violations(evaluate(late, workload())), [`${POD}.hostPID`, POD]);
    });
});
