import assert from "node:assert/strict";
import { ANCHORS } from "../../docs/generator/policy/anchors";
import { documentedRules } from "../../docs/generator/policy/document";

// test/docs/generated.test.ts checks that docs/policies.md matches the rules.
describe("docs/policies.md", () => {
    it("names anchors of rules that exist only", () => {
        const ids = documentedRules().map(({ id }) => id);
        assert.deepEqual(
            Object.keys(ANCHORS).filter((id) => !ids.includes(id)),
            [],
        );
    });
});
