import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "../support/program";

/**
 * Every Kubernetes resource of a stack as the program sends it, in a file that a pull request shows.
 * `npm run golden` regenerates the files.
 */
describe("Golden files", () => {
    for (const stack of ["staging", "prod"]) {
        it(`${stack} sends exactly the resources of test/golden/${stack}.json`, async () => {
            const run = await runProgram(stack);
            const resources = run.resources
                .filter(({ type }) => !type.startsWith("pulumi:"))
                .map(({ type, name, inputs }) => ({ type, name, inputs }))
                .sort((a, b) => (`${a.type} ${a.name}` < `${b.type} ${b.name}` ? -1 : 1));
            const actual = `${JSON.stringify(resources, null, 2)}\n`;
            const file = join(__dirname, `${stack}.json`);
            if (process.env.UPDATE_GOLDEN === "1") {
                writeFileSync(file, actual);
            }
            const expected = existsSync(file) ? readFileSync(file, "utf8") : "";
            assert.equal(actual, expected, "the stack changed; if that is meant: npm run golden, and commit the file");
        });
    }
});
