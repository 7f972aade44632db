import assert from "node:assert/strict";
import { projectImports, type Imports } from "../repository/floors";

/** Folders and files of `policy/`, from the ground up. Each imports from itself and from lower layers only. */
const LAYERS: readonly (readonly string[])[] = [
    ["engine"],
    ["kubernetes", "manifests"],
    ["helm"],
    ["evaluation"],
    ["cost"],
    ["rules", "exceptions.ts", "presets.ts"],
    ["crossguard", "cli"],
    ["pack.ts"],
    ["index.ts"],
];

/** Files that belong to the build, and import nothing of the pack but each other. */
const BUILD: readonly string[] = ["build.ts", "notices.ts", "schema.ts"];

/** The folder or file of `policy/` that a path of the checkout is in; `undefined` elsewhere. */
function layerOf(file: string): string | undefined {
    const [root, name] = file.split("/");
    return root === "policy" ? name : undefined;
}

/** Imports that do not go downwards, each as `from -> to`. */
function upward(imports: Imports): string[] {
    const layers = [BUILD, ...LAYERS];
    const rank = (name: string) => layers.findIndex((names) => names.includes(name));
    return [...imports].flatMap(([from, targets]) => {
        const here = layerOf(from);
        return here === undefined
            ? []
            : targets
                  .filter((to) => {
                      const there = layerOf(to) ?? "";
                      const build = BUILD.includes(here) && BUILD.includes(there);
                      return there !== here && !build && rank(there) >= rank(here);
                  })
                  .map((to) => `${from} -> ${to}`);
    });
}

describe("Layers of the policy pack", () => {
    const imports = projectImports();

    it("have a place for every folder and file", () => {
        const names = [...imports.keys()].map(layerOf).filter((name) => name !== undefined);
        const planned = [...LAYERS.flat(), ...BUILD];
        assert.deepEqual(
            [...new Set(names)].filter((name) => !planned.includes(name)),
            [],
        );
    });

    it("import downwards only", () => {
        assert.deepEqual(upward(imports), []);
    });

    it("are reported where an import goes upwards", () => {
        assert.deepEqual(upward(new Map([["policy/engine/a.ts", ["policy/kubernetes/b.ts", "policy/engine/c.ts"]]])), [
            "policy/engine/a.ts -> policy/kubernetes/b.ts",
        ]);
    });
});
