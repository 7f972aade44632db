import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { NODE_TOOLS } from "../../tools/nodeTable";
import { applyChange } from "../../tools/moduleChange";
import { withFolder } from "../support/temporary";

describe("changes of a Go module before it is built", () => {
    it("add the files that it lacks", () =>
        withFolder(async (folder) => {
            await applyChange({ module: "m", adds: { "ui/dist/index.html": "none\n" } }, folder);
            assert.equal(await readFile(join(folder, "ui/dist/index.html"), "utf8"), "none\n");
        }));

    it("leave the plugins for clouds and vaults out of SPIRE, and keep the others", () =>
        withFolder(async (folder) => {
            const change = NODE_TOOLS["spire-server"].changes;
            assert.ok(change?.drops !== undefined);
            const kept = [
                "import (",
                '\t"github.com/spiffe/spire/pkg/server/plugin/keymanager/disk"',
                "\t\tdisk.BuiltIn(),",
                "\t\tk8spsat.BuiltIn(),",
            ];
            const dropped = [
                '\t"github.com/spiffe/spire/pkg/server/plugin/keymanager/awskms"',
                "\t\tawskms.BuiltIn(),",
                "\t\tazurekeyvault.BuiltIn(),",
                "\t\thashicorpvault.BuiltIn(),",
            ];
            for (const name of change.drops.folders) {
                await mkdir(join(folder, name), { recursive: true });
                await writeFile(join(folder, name, "keymanager.go"), [...kept, ...dropped].join("\n"));
            }
            await applyChange(change, folder);
            for (const name of change.drops.folders) {
                assert.equal(await readFile(join(folder, name, "keymanager.go"), "utf8"), kept.join("\n"));
            }
        }));
});
