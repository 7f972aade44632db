import assert from "node:assert/strict";
import { ANCHORS } from "../../scripts/policy/anchors";
import { documentedRules } from "../../scripts/policy/document";

// That docs/policies.md is what the rules say, test/unit/docs.test.ts checks.
describe("docs/policies.md", () => {
    it("names anchors of rules that exist only", () => {
        const ids = documentedRules().map(({ id }) => id);
        assert.deepEqual(
            Object.keys(ANCHORS).filter((id) => !ids.includes(id)),
            [],
        );
    });
});
