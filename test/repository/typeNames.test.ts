import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../project";
import { projectImports, room } from "./floors";

/** Tests name what they need for themselves. */
const APART = ["test"];

/** Exported types, interfaces, classes and enumerations of a source text. */
function exportedTypes(text: string): string[] {
    return [...text.matchAll(/^export (?:abstract )?(?:type|interface|class|enum) (\w+)/gm)].map(
        ([, name = ""]) => name,
    );
}

/** Names that mean different things in several files, each with its files. */
function sharedNames(sources: ReadonlyMap<string, string>): string[] {
    const files = new Map<string, string[]>();
    for (const [file, text] of sources) {
        for (const name of exportedTypes(text)) {
            files.set(name, [...(files.get(name) ?? []), file]);
        }
    }
    return [...files].flatMap(([name, homes]) => (homes.length > 1 ? [`${name}: ${homes.join(", ")}`] : []));
}

describe("Names of exported types", () => {
    it("mean one thing each in the whole tree", () => {
        const files = [...projectImports().keys()].filter((file) => !APART.includes(room(file)));
        assert.ok(files.length > 200);
        const sources = new Map(files.map((file) => [file, readFileSync(join(PROJECT_ROOT, file), "utf8")]));
        assert.deepEqual(sharedNames(sources), []);
    });

    it("are noticed where two files share one, whatever they are", () => {
        const sources = new Map([
            ["a.ts", "export interface Target {}\nexport type Other = string;\ninterface Own {}"],
            ["b/c.ts", "export abstract class Target {}\ninterface Own {}"],
        ]);
        assert.deepEqual(sharedNames(sources), ["Target: a.ts, b/c.ts"]);
    });
});
