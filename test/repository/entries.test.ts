import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../project";

describe("Entries", () => {
    it("import the setting of zod first, which counts for the schemas that are made after it", () => {
        for (const [entry, path] of [
            ["index.ts", "./settings/interpreted"],
            ["local/main.ts", "../settings/interpreted"],
            ["smoke/main.ts", "../settings/interpreted"],
            ["settings/schema.ts", "./interpreted"],
        ] as const) {
            const [first] = readFileSync(join(PROJECT_ROOT, entry), "utf8").split("\n");
            assert.equal(first, `import "${path}";`, entry);
        }
    });
});
