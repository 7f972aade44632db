import assert from "node:assert/strict";
import { join } from "node:path";
import { CannotRun } from "../../errors";
import { withCommit } from "../../pipeline/base";
import { PROJECT_ROOT } from "../../project";

describe("The commit that a preview compares with", () => {
    it("is named where it does not exist, with what helps", async () => {
        const work = () => Promise.reject(new Error("nothing to work on"));
        await assert.rejects(withCommit(PROJECT_ROOT, "no-such-commit", join(PROJECT_ROOT, ".local", "base"), work), {
            name: CannotRun.name,
            message: /^no-such-commit is not a commit of this checkout/,
            fix: /git fetch/,
        });
    });
});
