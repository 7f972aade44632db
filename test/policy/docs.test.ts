import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { ANCHORS } from "../../scripts/policy/anchors";
import { documentedRules, policiesDocument } from "../../scripts/policy/document";

const FILE = path.join(__dirname, "..", "..", "docs", "policies.md");

describe("docs/policies.md", () => {
    it("is what the rules say", async () => {
        assert.equal(readFileSync(FILE, "utf8"), await policiesDocument(FILE), "run: npx tsx scripts/policy/docs.ts");
    });

    it("names anchors of rules that exist only", () => {
        const ids = documentedRules().map(({ id }) => id);
        assert.deepEqual(
            Object.keys(ANCHORS).filter((id) => !ids.includes(id)),
            [],
        );
    });
});
