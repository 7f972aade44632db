import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { Metafile } from "esbuild";
import { thirdPartyNotices } from "../../policy/notices";

describe("notices of the code in the package", () => {
    let root: string;

    beforeEach(() => {
        root = mkdtempSync(path.join(tmpdir(), "policy-notices-"));
        for (const [name, files] of [
            ["@scope/a", ["LICENSE", "NOTICE.txt"]],
            ["b", ["license.md"]],
            ["bare", []],
        ] as const) {
            const folder = path.join(root, "node_modules", name);
            mkdirSync(folder, { recursive: true });
            writeFileSync(
                path.join(folder, "package.json"),
                JSON.stringify({ name, version: "1.0.0", license: "MIT", readme: "licensee" }),
            );
            for (const file of files) {
                writeFileSync(path.join(folder, file), `${file} of ${name}\n`);
            }
        }
    });

    afterEach(() => {
        rmSync(root, { recursive: true });
    });

    const metafile = (inputs: Record<string, number>): Metafile => ({
        inputs: {},
        outputs: {
            "bin/index.js": {
                bytes: 9,
                exports: [],
                imports: [],
                inputs: Object.fromEntries(
                    Object.entries(inputs).map(([file, bytesInOutput]) => [file, { bytesInOutput }]),
                ),
            },
        },
    });

    it("hold the license and notice files of every package in a bundle, each once, and of no other", () => {
        const first = metafile({ "policy/pack.ts": 5, "node_modules/@scope/a/x.js": 3, "node_modules/bare/y.js": 0 });
        const second = metafile({ "node_modules/b/lib/z.js": 3, "node_modules/@scope/a/x.js": 3 });
        const text = thirdPartyNotices([first, second], root);
        assert.deepEqual([...text.matchAll(/^.* of .*$/gm)].map(([line]) => line).slice(1), [
            "LICENSE of @scope/a",
            "NOTICE.txt of @scope/a",
            "license.md of b",
        ]);
        assert.match(text, /\n@scope\/a 1\.0\.0 \(MIT\)\n/);
    });

    it("cannot be made for a package without a license text", () => {
        assert.throws(
            () => thirdPartyNotices([metafile({ "node_modules/bare/y.js": 3 })], root),
            /Without a license or its text: bare/,
        );
    });
});
