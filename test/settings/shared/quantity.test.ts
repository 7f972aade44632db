import assert from "node:assert/strict";
import { parseQuantity, quantityNumber } from "../../../settings/shared/quantity";

const N = 1_000_000_000n;

describe("Quantities", () => {
    // From the tests of resource.Quantity (k8s.io/apimachinery/pkg/api/resource/quantity_test.go) and its documentation.
    const values: [string, bigint][] = [
        ["0", 0n],
        ["0n", 0n],
        ["1", N],
        ["+1", N],
        ["-1", -N],
        ["5.", 5n * N],
        [".5", N / 2n],
        ["-.5", -N / 2n],
        ["1.5", (3n * N) / 2n],
        ["007", 7n * N],
        ["1n", 1n],
        ["1u", 1_000n],
        ["100m", N / 10n],
        ["1k", 1_000n * N],
        ["1M", 1_000_000n * N],
        ["1G", 10n ** 9n * N],
        ["1T", 10n ** 12n * N],
        ["1P", 10n ** 15n * N],
        ["1E", 10n ** 18n * N],
        ["1Ki", 1024n * N],
        ["1.5Gi", 1536n * 2n ** 20n * N],
        ["1.G", 10n ** 9n * N],
        ["1Ei", 2n ** 60n * N],
        ["8Ei", (2n ** 63n - 1n) * N],
        ["1e3", 1000n * N],
        ["1E3", 1000n * N],
        ["1e+3", 1000n * N],
        ["1e-3", N / 1000n],
        ["0.0000000001", 1n],
        ["-0.0000000001", -1n],
        ["0.1n", 1n],
        ["9007199254740993", 9_007_199_254_740_993n * N],
    ];
    for (const [text, value] of values) {
        it(`read ${text} exactly`, () => {
            assert.equal(parseQuantity(text), value);
        });
    }

    for (const text of [
        ...["", " ", "1 ", " 1", "1 Gi", "1K", "1ki", "1KI", "1i", "1mi", "1ui", "1e", "1e1.5", "1e3Mi", "--1", "+-1"],
        ...["1,5", "1_000", "0x10", "Mi", ".", "+", "1..5", "1.2.3", "½", "1e9999999999", "9".repeat(100)],
    ]) {
        it(`refuse ${JSON.stringify(text)}`, () => {
            assert.equal(parseQuantity(text), undefined);
        });
    }

    it("are numbers where a double suffices", () => {
        assert.equal(quantityNumber("128Mi"), 134_217_728);
        assert.equal(quantityNumber("250m"), 0.25);
    });
});
