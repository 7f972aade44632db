import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Build, buildOnce } from "../../engine/buildOnce";

describe("A build that is kept", () => {
    let root: string;
    let builds: Build;
    const write = (file: string, text: string) => {
        writeFileSync(join(root, file), text);
    };
    const built = () =>
        buildOnce(builds, () => {
            write("out.js", "built");
            return Promise.resolve();
        });

    beforeEach(async () => {
        root = mkdtempSync(join(tmpdir(), "x0tta6bl4-build-"));
        builds = { root, inputs: ["src", "lock.json"], outputs: ["out.js"], record: join(root, "built.json") };
        mkdirSync(join(root, "src", "bin"), { recursive: true });
        write("src/a.ts", "old");
        write("lock.json", "{}");
        assert.equal(await built(), true);
    });

    afterEach(() => {
        rmSync(root, { recursive: true });
    });

    it("is not repeated while nothing changes", async () => {
        write("src/bin/made.js", "no input");
        assert.equal(await built(), false);
    });

    it("is repeated after an edit of the same length and time", async () => {
        const { atime, mtime } = statSync(join(root, "src/a.ts"));
        write("src/a.ts", "new");
        utimesSync(join(root, "src/a.ts"), atime, mtime);
        assert.equal(await built(), true);
        assert.equal(await built(), false);
    });

    it("is repeated after a new file, a removed one, and a change of a single file", async () => {
        write("src/b.ts", "");
        assert.equal(await built(), true);
        rmSync(join(root, "src/b.ts"));
        assert.equal(await built(), true);
        write("lock.json", "[]");
        assert.equal(await built(), true);
    });

    it("is repeated where its result is missing, or was built by another program", async () => {
        rmSync(join(root, "out.js"));
        assert.equal(await built(), true);
        write("out.js", "other");
        assert.equal(await built(), true);
        write("built.json", "{");
        assert.equal(await built(), true);
    });

    it("is repeated where a value differs that it was given", async () => {
        builds = { ...builds, values: { "go.mod": "1.26" } };
        assert.equal(await built(), true);
        assert.equal(await built(), false);
        builds = { ...builds, values: { "go.mod": "1.27" } };
        assert.equal(await built(), true);
    });

    it("is not recorded when it fails, also where its inputs are what they were before", async () => {
        write("src/a.ts", "broken");
        await assert.rejects(buildOnce(builds, () => Promise.reject(new Error("broken"))));
        write("src/a.ts", "old");
        assert.equal(await built(), true);
    });
});
