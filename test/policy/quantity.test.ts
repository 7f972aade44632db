import assert from "node:assert/strict";
import { compareQuantities, parseQuantity } from "../../policy/kubernetes/quantity";

describe("parseQuantity", () => {
    for (const [a, b] of [
        ["700m", "0.7"],
        ["1Ki", "1024"],
        ["1E", "1e18"],
        ["1E3", "1k"],
        ["5.", "5"],
        [".5", "500m"],
        ["+1", "1"],
        ["1.5Gi", "1536Mi"],
        ["100n", "0.1u"],
        ["0Ei", "0"],
        ["1e-3", "1m"],
    ] as const) {
        it(`reads ${a} as ${b}`, () => {
            const [left, right] = [parseQuantity(a), parseQuantity(b)];
            assert.ok(left !== undefined && right !== undefined);
            assert.equal(compareQuantities(left, right), 0);
        });
    }

    it("tells amounts apart that differ in the last digit only", () => {
        const [less, more] = [parseQuantity("9007199254740992"), parseQuantity("9007199254740993")];
        assert.ok(less !== undefined && more !== undefined);
        assert.ok(compareQuantities(less, more) < 0 && compareQuantities(more, less) > 0);
    });

    for (const text of [
        "",
        " 1",
        "1 ",
        "Mi",
        "1MI",
        "1KI",
        "1mi",
        "1K",
        "e3",
        "1e",
        "1.2.3",
        "0x10",
        "1e1000",
        "9".repeat(99),
    ]) {
        it(`refuses ${JSON.stringify(text.slice(0, 20))}`, () => {
            assert.equal(parseQuantity(text), undefined);
        });
    }
});
