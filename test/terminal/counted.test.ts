import assert from "node:assert/strict";
import { counted } from "../../terminal/counted";

describe("A count with its noun", () => {
    it("is singular for one only", () => {
        assert.deepEqual(
            [0, 1, 2].map((count) => counted(count, "exception")),
            ["0 exceptions", "1 exception", "2 exceptions"],
        );
    });

    it("has an irregular plural where one is given", () => {
        assert.deepEqual(
            [1, 3].map((count) => counted(count, "entry", "entries")),
            ["1 entry", "3 entries"],
        );
    });
});
