import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../project";
import { ALONE, circles, FLOORS, projectImports, room, upwardImports } from "./floors";

describe("Floor plan", () => {
    const imports = projectImports();

    it("has every folder and file with sources on one floor", () => {
        const planned = [...FLOORS.flat(), ...ALONE];
        assert.deepEqual(
            [...new Set([...imports.keys()].map(room))].filter((name) => !planned.includes(name)),
            [],
        );
        assert.equal(new Set(planned).size, planned.length);
    });

    it("lets imports go downwards only, and none from test/ or to the stand-ins", () => {
        assert.deepEqual(upwardImports(imports), []);
    });

    it("has no circle of imports", () => {
        assert.deepEqual(circles(imports), []);
    });

    it("has no source file of 300 lines or more", () => {
        const long = [...imports.keys()].filter(
            (file) => readFileSync(join(PROJECT_ROOT, file), "utf8").split("\n").length > 300,
        );
        assert.deepEqual(long, []);
    });

    it("is in docs/architecture.md, a line for each folder", () => {
        const text = readFileSync(join(PROJECT_ROOT, "docs", "architecture.md"), "utf8");
        const folders = readdirSync(PROJECT_ROOT, { withFileTypes: true })
            .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules")
            .map(({ name }) => name);
        assert.deepEqual(
            folders.filter((name) => !text.includes(`| \`${name}/\``)),
            [],
        );
    });

    it("notices an import of a higher floor, from test/, of the stand-ins and out of a workspace that stands alone", () => {
        const wrong = new Map([
            ["kube/a.ts", ["cli/b.ts"]],
            ["smoke/a.ts", ["test/b.ts", "kube/b.ts"]],
            ["process/a.ts", ["terminal/b.ts", "process/b.ts"]],
            ["local/a.ts", ["standins/b.ts"]],
            ["policy/a.ts", ["settings/b.ts", "policy/b.ts"]],
        ]);
        assert.deepEqual(upwardImports(wrong), [
            "kube/a.ts -> cli/b.ts",
            "smoke/a.ts -> test/b.ts",
            "process/a.ts -> terminal/b.ts",
            "local/a.ts -> standins/b.ts",
            "policy/a.ts -> settings/b.ts",
        ]);
    });

    it("notices a circle, however long", () => {
        const wrong = new Map([
            ["a.ts", ["b.ts"]],
            ["b.ts", ["c.ts", "d.ts"]],
            ["c.ts", ["a.ts"]],
            ["d.ts", []],
        ]);
        assert.deepEqual(circles(wrong), [["a.ts", "b.ts", "c.ts"]]);
    });
});
