import assert from "node:assert/strict";
import { smokeCommand } from "../../smoke/command";
import { CannotRun } from "../../errors";
import { parsedScript } from "../support/parsed";

const parsed = (argv: readonly string[]) => parsedScript(smokeCommand({ exitCode: 0 }, "npm run smoke --"), argv);

describe("Options of npm run smoke", () => {
    it("are all optional", async () => {
        assert.deepEqual((await parsed([])).options, {});
    });

    it("are read with their values", async () => {
        const argv = ["--stack=prod", "--outputs", "-", "--timeout", "0", "--json"];
        assert.deepEqual((await parsed(argv)).options, { stack: "prod", outputs: "-", timeout: 0, json: true });
    });

    for (const [wrong, message] of [
        [["--stac", "prod"], /unknown option '--stac'\n\(Did you mean --stack\?\)/],
        [["staging"], /too many arguments/],
        [["--stack"], /--stack <name>' argument missing/],
        [["--context", ""], /--context .* Must not be empty/],
        [["--stack", "dev"], /'dev' is invalid\. Allowed choices are staging, prod/],
        [["--timeout", "soon"], /'soon' is invalid\. Must be a number of seconds from 0 to 3600/],
        [["--timeout=-1"], /'-1' is invalid/],
    ] as const) {
        it(`stop at ${wrong.join(" ")}, and say where the help is`, async () => {
            await assert.rejects(parsed(wrong), (error) => {
                assert.ok(error instanceof CannotRun);
                assert.match(error.message, message);
                assert.equal(error.fix, "npm run smoke -- --help");
                return true;
            });
        });
    }
});
