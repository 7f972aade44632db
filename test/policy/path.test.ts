import assert from "node:assert/strict";
import { keysOf } from "../../policy/engine/path";

describe("paths", () => {
    it("are split into keys", () => {
        assert.deepEqual(keysOf('metadata.labels["a.b/c"]'), ["metadata", "labels", "a.b/c"]);
        assert.deepEqual(keysOf("items[1].spec.x-y[0]"), ["items", "1", "spec", "x-y", "0"]);
        assert.deepEqual(keysOf(""), []);
    });
});
