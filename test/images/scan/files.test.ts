import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { EXCEPTIONS_FILE, readExceptions } from "../../../images/scan/exceptions";
import { VEX_FOLDER, vexFiles } from "../../../images/scan/vex";
import { PROJECT_ROOT } from "../../../project";
import { withFolder } from "../../support/temporary";

describe("Exceptions of a scan", () => {
    const read = (text: string) =>
        withFolder((folder) => {
            mkdirSync(dirname(join(folder, EXCEPTIONS_FILE)), { recursive: true });
            writeFileSync(join(folder, EXCEPTIONS_FILE), text);
            return Promise.resolve(readExceptions(folder));
        });

    it("are none without a file, in an empty one and in that of this repository", async () => {
        assert.deepEqual(await withFolder((folder) => Promise.resolve(readExceptions(folder))), []);
        assert.deepEqual(await read("# none\n"), []);
        assert.deepEqual(await read("exceptions:\n"), []);
        assert.deepEqual(readExceptions(PROJECT_ROOT), []);
        assert.match(readFileSync(join(PROJECT_ROOT, EXCEPTIONS_FILE), "utf8"), /# {2}- id: CVE-/);
    });

    it("need all their fields, and are refused with all faults at once", async () => {
        const entry =
            "id: CVE-2026-1\n    image: ghcr.io/spiffe/spire-agent\n    reason: r\n    owner: o\n    expires: 2026-12-31\n";
        assert.equal((await read(`exceptions:\n  - ${entry}`))[0]?.expires, "2026-12-31");
        for (const [text, fault] of [
            [`exceptions:\n  - ${entry.replace("    owner: o\n", "")}`, /exceptions\.0\.owner: /],
            [`exceptions:\n  - ${entry.replace("2026-12-31", "soon")}`, /exceptions\.0\.expires: must be a day/],
            [
                `exceptions:\n  - ${entry.replace("spire-agent", "spire-agent:1.0.0@x")}`,
                /image: must be an image without tag/,
            ],
            [`exceptions:\n  - ${entry}  - ${entry}`, /CVE-2026-1 in ghcr\.io\/spiffe\/spire-agent is listed twice/],
            [
                `exceptions:\n  - ${entry.replace("reason: r", "reason: ' '").replace("owner: o", "owner: ''")}`,
                /reason: .*owner: /,
            ],
            ["exceptions: [", /images\/exceptions\.yaml: /],
            ["ignore: []\n", /[Uu]nrecognized key/],
        ] as const) {
            await assert.rejects(async () => read(text), fault);
        }
    });
});

describe("VEX documents", () => {
    const document = { "@context": "https://openvex.dev/ns/v0.2.0", "@id": "x", statements: [{}] };

    it("are handed to the scanner, and refused where a scanner would pass over them", async () => {
        await withFolder((folder) => {
            assert.deepEqual(vexFiles(folder), []);
            mkdirSync(join(folder, VEX_FOLDER), { recursive: true });
            writeFileSync(join(folder, VEX_FOLDER, "a.json"), JSON.stringify(document));
            writeFileSync(join(folder, VEX_FOLDER, "README.md"), "");
            assert.deepEqual(vexFiles(folder), [join(folder, VEX_FOLDER, "a.json")]);
            writeFileSync(join(folder, VEX_FOLDER, "b.json"), "{}");
            writeFileSync(join(folder, VEX_FOLDER, "c.json"), JSON.stringify({ ...document, statements: [] }));
            assert.throws(() => vexFiles(folder), /images\/vex\/b\.json is not .*; images\/vex\/c\.json is not /);
            return Promise.resolve();
        });
    });
});
