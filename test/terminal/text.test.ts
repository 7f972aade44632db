import assert from "node:assert/strict";
import { visibleText } from "../../terminal/foreign";
import { table, wrap } from "../../terminal/text";

/** What an event of the cluster could hold: colours, a title, a cleared screen, a line that overwrites, hidden letters. */
const HOSTILE = "a\u001b[31m\u001b]0;t\u0007\u001b[2J\r\u009bK\u202eb\nc";

const PLAIN = { columns: 100, colour: false };

describe("Text of the cluster on a terminal", () => {
    for (const [where, text] of [
        ["a wrapped sentence", () => wrap(HOSTILE, 100).join("\n")],
        ["a table", () => table([[HOSTILE, ["b", "bad"], HOSTILE]], PLAIN).join("\n")],
        ["a message", () => visibleText(HOSTILE).replaceAll("\n", " ")],
    ] as const) {
        it(`has no control characters in ${where}`, () => {
            assert.doesNotMatch(text(), /[\p{Cc}\u202e]/u);
            assert.match(text(), /a.*b.* c/);
        });
    }

    it("keeps the colours of a table's own", () => {
        assert.equal(table([[["x", "bad"]]], { columns: 100, colour: true })[0], "  \u001b[31mx\u001b[0m");
    });
});
