import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { difference } from "../support/difference";
import { programRun } from "../support/mesh";

/** Settings of `mesh.serviceMesh`, by the name of the file that shows their effect. */
const JOINED = {
    istioSidecar: { type: "istioSidecar" },
    istioSidecarSpire: { type: "istioSidecar", identity: "spire" },
    istioAmbient: { type: "istioAmbient" },
    linkerd: { type: "linkerd" },
} as const;

const FOLDER = join(__dirname, "serviceMesh");

/**
 * What joining each service mesh changes in prod, and nothing else: a reader sees in one file what the mesh costs.
 * `npm run golden` updates the files.
 */
describe("Golden files of the service meshes", () => {
    for (const [name, serviceMesh] of Object.entries(JOINED)) {
        it(`${name} changes exactly what test/golden/serviceMesh/${name}.json shows`, async () => {
            const changed = difference(await programRun("prod"), await programRun("prod", { mesh: { serviceMesh } }));
            const actual = `${JSON.stringify({ serviceMesh, ...changed }, null, 2)}\n`;
            const file = join(FOLDER, `${name}.json`);
            if (process.env.UPDATE_GOLDEN === "1") {
                mkdirSync(FOLDER, { recursive: true });
                writeFileSync(file, actual);
            }
            const expected = existsSync(file) ? readFileSync(file, "utf8") : "";
            assert.equal(actual, expected, "the effect changed; if that is meant: npm run golden, and commit the file");
        });
    }
});
