import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { check } from "../../policy/cli/check";
import { select } from "../../policy/cli/selection";
import { evaluator } from "../../policy/evaluation/evaluate";
import type { Rule } from "../../policy/evaluation/rule";
import { policyPack } from "../../policy/pack";
import { RULES } from "../../policy/rules";
import { exampleObjects } from "./examples";
import { KINDS, location, set, UNKNOWN, violations, workload } from "./fixtures";
import { PROJECT_ROOT } from "../../project";

const POLICY = path.join(PROJECT_ROOT, "policy");

/** The code that the guide shows. */
function shownCode(): string {
    const [, section = ""] = readFileSync(path.join(POLICY, "README.md"), "utf8").split("\n## Write a rule\n");
    return /```ts\n(.*?)```/s.exec(section)?.[1] ?? "";
}

describe("the guide for writing a rule", () => {
    let folder: string;
    let rule: Rule;

    before(() => {
        folder = mkdtempSync(path.join(tmpdir(), "policy-guide-"));
        const file = path.join(folder, "host-aliases.ts");
        // Unchanged, except that the file is not in a folder of the rules.
        writeFileSync(file, shownCode().replaceAll('"../../', `"${POLICY}/`));
        const written = createRequire(__filename)(file) as { hostAliases: Rule };
        rule = written.hostAliases;
    });
    after(() => {
        rmSync(folder, { recursive: true });
    });

    it("shows a rule of ten lines", () => {
        const body = /defineRule\(\{\n(.*)\n\}\);/s.exec(shownCode())?.[1] ?? "";
        assert.equal(body.split("\n").length, 10);
    });

    it("gives examples that break it and meet it", () => {
        const judge = evaluator({ rules: [rule] });
        const found = (text: string) => exampleObjects(text).flatMap((object) => violations(judge(object)));
        assert.deepEqual(found(rule.example.bad), ["spec.hostAliases[0]"]);
        assert.deepEqual(found(rule.example.good), []);
    });

    it("makes a rule that knows every kind, and what is unknown, malformed or excepted", () => {
        const judge = evaluator({ rules: [rule] });
        for (const kind of Object.keys(KINDS)) {
            const { pod } = location(kind);
            const [version = ""] = location(kind).versions;
            const group = version.includes("/") ? (version.split("/")[0] ?? "") : "";
            const outcomes = (value: unknown) =>
                judge({ group, kind, body: set(workload(kind), `${pod}.hostAliases`, value) });
            assert.deepEqual(violations(outcomes([{}, {}])), [`${pod}.hostAliases[0]`, `${pod}.hostAliases[1]`]);
            assert.deepEqual(violations(outcomes("db")), [`${pod}.hostAliases`]);
            assert.deepEqual(
                outcomes(UNKNOWN).map(({ type }) => type),
                ["undetermined"],
            );
        }
    });

    it("makes a policy of the pack, and a rule of the command", () => {
        const all = [...RULES, rule];
        assert.ok(policyPack(all, []).policies.some(({ name }) => name === rule.id));
        const file = path.join(folder, "pod.yaml");
        writeFileSync(
            file,
            "apiVersion: v1\nkind: Pod\nspec:\n  hostAliases: [{ ip: 192.0.2.1 }]\n  containers: [{}]\n",
        );
        const selection = select(all, { only: [rule.id] });
        const report = check([file], { rules: all, stackRules: [], wholeStack: false, selection, exceptions: [] });
        assert.deepEqual(
            [...report.violations].map(({ message, line }) => [message, line]),
            [["Pod (unnamed): spec.hostAliases[0] adds names. Remove it.", 4]],
        );
    });
});
