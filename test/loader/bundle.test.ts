import assert from "node:assert/strict";
import {
    chmodSync,
    cpSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    rmSync,
    statSync,
    symlinkSync,
    utimesSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { run } from "../../process/run";
import { PROJECT_ROOT } from "../../project";

/** Prints what the program of a folder returns, as `program.cjs` would hand it to the Pulumi SDK. */
const RUN = `
const [loader, root] = process.argv.slice(1);
const { currentBundle } = require(loader + "/bundle.cjs");
const { runBundle } = require(loader + "/run.cjs");
currentBundle(root)
    .then((bundle) => runBundle(root, bundle)())
    .then((result) => console.log(JSON.stringify(result)), (error) => console.log(error.name + ": " + error.stack));
`;

describe("The program's bundle", () => {
    let root: string;

    function write(file: string, content: string): void {
        mkdirSync(dirname(join(root, file)), { recursive: true });
        writeFileSync(join(root, file), content);
    }

    /** What a run prints. */
    async function output(): Promise<string> {
        const lines: string[] = [];
        await run(process.execPath, ["-e", RUN, join(PROJECT_ROOT, "loader"), root], {
            onLine: (line) => lines.push(line),
        });
        return lines.join("\n");
    }

    /** The file that is kept for the next run; its folder where there is none. */
    function kept(): string {
        const folder = join(root, "node_modules", ".cache");
        const [file = ""] = existsSync(folder) ? readdirSync(folder) : [];
        return join(folder, file);
    }

    beforeEach(() => {
        root = mkdtempSync(join(tmpdir(), "bundle-"));
        write("index.ts", 'import { answer } from "./parts/answer";\nexport = async () => ({ answer });\n');
        write("parts/answer/index.ts", "export const answer: number = 1;\n");
    });

    afterEach(() => {
        rmSync(root, { recursive: true });
    });

    it("is built once and kept for the next run", async () => {
        assert.equal(await output(), '{"answer":1}');
        const { mtimeMs } = statSync(kept());
        assert.equal(await output(), '{"answer":1}');
        assert.equal(statSync(kept()).mtimeMs, mtimeMs);
    });

    it("is kept for each of several worktrees that share their packages", async () => {
        const other = mkdtempSync(join(tmpdir(), "bundle-"));
        const first = root;
        await output();
        cpSync(join(root, "parts"), join(other, "parts"), { recursive: true });
        cpSync(join(root, "index.ts"), join(other, "index.ts"));
        symlinkSync(join(root, "node_modules"), join(other, "node_modules"));
        root = other;
        write("parts/answer/index.ts", "export const answer: number = 2;\n");
        assert.equal(await output(), '{"answer":2}');
        assert.equal(readdirSync(join(first, "node_modules", ".cache")).length, 2);
        root = first;
        rmSync(other, { recursive: true });
    });

    it("has an edit of the same length and time", async () => {
        const source = join(root, "parts/answer/index.ts");
        const { atime, mtime } = statSync(source);
        await output();
        write("parts/answer/index.ts", "export const answer: number = 2;\n");
        utimesSync(source, atime, mtime);
        assert.equal(await output(), '{"answer":2}');
    });

    it("has a new file that replaces another one", async () => {
        await output();
        write("parts/answer.ts", "export const answer = 3;\n");
        assert.equal(await output(), '{"answer":3}');
    });

    it("has a change of the compiler's settings and of an installed package", async () => {
        write("node_modules/constant/package.json", '{"name":"constant","version":"1.0.0","main":"index.js"}');
        write("node_modules/constant/index.js", "exports.answer = 4;\n");
        write("parts/answer/index.ts", 'export { answer } from "constant";\n');
        assert.equal(await output(), '{"answer":4}');
        write("node_modules/constant/index.js", "exports.answer = 5;\n");
        assert.equal(await output(), '{"answer":5}');
        write("other.ts", "export const answer = 6;\n");
        write("tsconfig.json", '{"compilerOptions":{"paths":{"constant":["./other.ts"]}}}');
        assert.equal(await output(), '{"answer":6}');
    });

    it("is no old one when the sources cannot be built: the compiler's messages are shown, without a stack trace", async () => {
        await output();
        write("parts/answer/index.ts", "export const answer = ;\n");
        const shown = await output();
        assert.match(shown, /parts\/answer\/index\.ts:1:22: ERROR: Unexpected ";"/);
        rmSync(join(root, "parts"), { recursive: true });
        assert.match(await output(), /index\.ts:1:23: ERROR: Could not resolve ".\/parts\/answer"/);
    });

    it("replaces a kept one that is damaged", async () => {
        await output();
        writeFileSync(kept(), "{");
        assert.equal(await output(), '{"answer":1}');
    });

    it("runs where it cannot be kept", async function () {
        write("node_modules/.cache", "a file where the folder should be");
        assert.equal(await output(), '{"answer":1}');
        if (process.getuid?.() === 0) {
            return;
        }
        rmSync(join(root, "node_modules"), { recursive: true });
        chmodSync(root, 0o500);
        assert.equal(await output(), '{"answer":1}');
        chmodSync(root, 0o700);
    });

    it("names the sources in stack traces", async () => {
        write("index.ts", 'import { fail } from "./parts/fail";\nexport = async () => {\n    fail();\n};\n');
        write("parts/fail.ts", 'export function fail(): never {\n    throw new Error("broken");\n}\n');
        const shown = await output();
        assert.ok(shown.includes(`at fail (${join(root, "parts/fail.ts")}:2:11)`), shown);
        assert.ok(shown.includes(`(${join(root, "index.ts")}:3:5)`), shown);
    });
});
