import assert from "node:assert/strict";
import { warningsIn } from "../../kube/warnings";

describe("Warning headers of the API server", () => {
    it("are read one by one, commas and escaped quotes inside included", () => {
        assert.deepEqual(warningsIn('299 - "one, \\"two\\"", 299 - "three"'), ['one, "two"', "three"]);
        assert.deepEqual(warningsIn('299 - "a, b", 299 - "say \\"x\\""'), ["a, b", 'say "x"']);
    });

    it("are empty without a header", () => {
        assert.deepEqual(warningsIn(""), []);
        assert.deepEqual(warningsIn(undefined), []);
    });
});
