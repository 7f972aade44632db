import assert from "node:assert/strict";
import { parseArguments, USAGE } from "../../smoke/arguments";
import { CannotRun } from "../../errors";

describe("Arguments of npm run smoke", () => {
    it("are all optional", () => {
        assert.deepEqual(parseArguments([]), { timeoutSeconds: undefined, json: false, help: false });
    });

    it("are read with their values", () => {
        const { stack, outputs, timeoutSeconds, json } = parseArguments([
            "--stack=prod",
            "--outputs",
            "-",
            "--timeout",
            "0",
            "--json",
        ]);
        assert.deepEqual([stack, outputs, timeoutSeconds, json], ["prod", "-", 0, true]);
    });

    for (const [wrong, message] of [
        [["--stac", "prod"], /--stac/],
        [["staging"], /staging/],
        [["--stack"], /--stack/],
        [["--context", ""], /--context has no value/],
        [["--stack", "dev"], /--stack dev: must be staging or prod/],
        [["--timeout", "soon"], /--timeout soon: must be a number/],
        [["--timeout=-1"], /--timeout -1: must be a number/],
    ] as const) {
        it(`stop at ${wrong.join(" ")}`, () => {
            assert.throws(
                () => parseArguments(wrong),
                (error) => error instanceof CannotRun && message.test(error.message) && error.fix !== "",
            );
        });
    }

    it("are explained in 60 columns", () => {
        assert.ok(USAGE.split("\n").every((line) => line.length <= 60));
    });
});
