import assert from "node:assert/strict";
import { RULES } from "../../policy/rules";
import { evaluate, violations } from "./fixtures";

describe("values that look like secrets", () => {
    const rule = RULES.find(({ id }) => id === "plaintext-secret")!;
    const found = (value: string) =>
        violations(
            evaluate(rule, { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, data: { text: value } }),
        );

    for (const value of [
        "-----BEGIN RSA PRIVATE KEY-----\nMII",
        "key: AKIAABCDEFGHIJKLMNOP",
        `ghp_${"a1".repeat(18)}`,
        `github_pat_${"a".repeat(22)}`,
        "xoxb-0123456789-abc",
        "glpat-abcdefghij0123456789",
        `eyJ${"a".repeat(20)}.eyJ${"b".repeat(20)}.${"c".repeat(20)}`,
        "amqp://user:pass@host/x",
    ]) {
        it(`are found: ${value.slice(0, 12)}`, () => {
            assert.deepEqual(found(value), ["data.text"]);
        });
    }

    it("are looked for in large hostile texts without end", () => {
        for (const part of ["a.", "-eyJ", "a://", "a:", "-----BEGIN ", "xoxb-"]) {
            assert.deepEqual(found(part.repeat(1_000_000 / part.length)).length <= 1, true);
        }
    });
});
