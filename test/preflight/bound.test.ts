import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../project";
import { onStack } from "../../preflight/bound";

describe("Commands of the Pulumi CLI", () => {
    for (const [text, bound] of [
        ["pulumi config set --path a.b 1", "pulumi config set --stack prod --path a.b 1"],
        [
            "or: pulumi config rm --path a\n  then pulumi up",
            "or: pulumi config rm --stack prod --path a\n  then pulumi up --stack prod",
        ],
        [
            "pulumi config set a 1 && pulumi up --stack prod",
            "pulumi config set --stack prod a 1 && pulumi up --stack prod",
        ],
        ["run `pulumi up`, then look", "run `pulumi up --stack prod`, then look"],
        ["pulumi config set --stack staging a 1", "pulumi config set --stack staging a 1"],
        ["pulumi up --skip-preview --stack staging", "pulumi up --skip-preview --stack staging"],
        ["pulumi update is no command of it", "pulumi update is no command of it"],
        ["pulumi stack select staging", "pulumi stack select staging"],
    ] as const) {
        it(`name the stack: ${text}`, () => {
            assert.equal(onStack(text, "prod"), bound);
        });
    }

    it("are quoted for a shell", () => {
        assert.equal(onStack("pulumi up", "it's"), "pulumi up --stack 'it'\\''s'");
    });

    it("are bound wherever a check of the program throws", () => {
        const folder = join(PROJECT_ROOT, "preflight");
        const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
        const throwing = files.filter((file) => readFileSync(join(folder, file), "utf8").includes("new UserError("));
        assert.deepEqual(throwing.sort(), ["index.ts", "refusal.ts"]);
    });
});
