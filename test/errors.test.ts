import assert from "node:assert/strict";
import { messageOf } from "../errors";

describe("messageOf", () => {
    const refused = new Error("connect ECONNREFUSED 127.0.0.1:1");
    for (const [title, error, message] of [
        ["an error's message", refused, refused.message],
        ["the name of an error without a message", new Error(""), "Error"],
        ["the cause of a failed fetch", new TypeError("fetch failed", { cause: refused }), refused.message],
        ["the first reason of several", new AggregateError([refused, new Error("other")], ""), refused.message],
        [
            "the reason for each address in a failed fetch",
            new TypeError("fetch failed", { cause: new AggregateError([refused], "") }),
            refused.message,
        ],
        ["a thrown text", "text", "text"],
    ] as const) {
        it(`returns ${title}`, () => {
            assert.equal(messageOf(error), message);
        });
    }
});
