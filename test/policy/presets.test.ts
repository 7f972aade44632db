import assert from "node:assert/strict";
import { PRESETS } from "../../policy/presets";
import { RULES } from "../../policy/rules";
import { STACK_RULES } from "../../policy/rules/stack";

describe("presets", () => {
    it("name rules that exist, and the Pod Security Standards in full", () => {
        const ids = new Set([...RULES, ...STACK_RULES].map(({ id }) => id));
        for (const [name, members] of Object.entries(PRESETS)) {
            assert.deepEqual(
                members.filter((id) => !ids.has(id)),
                [],
                name,
            );
        }
        assert.equal(PRESETS["pss-baseline"]?.length, 13);
        assert.equal(PRESETS["pss-restricted"]?.length, 20);
    });
});
