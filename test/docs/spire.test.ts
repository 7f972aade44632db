import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";

/** Rows of the comparison in docs/spire.md: name, implementation, and proof. */
function comparison(): { name: string; here: string; proof: string }[] {
    const [, part = ""] = readFileSync("docs/spire.md", "utf8").split("## Compared with the hardened Helm charts");
    const [first = ""] = /(^\|.*\n)+/m.exec(part) ?? [];
    return first
        .trim()
        .split("\n")
        .slice(2)
        .map((line) => {
            const [, name = "", , here = "", proof = ""] = line.split("|").map((cell) => cell.trim());
            return { name, here, proof };
        });
}

describe("Comparison of SPIRE with the hardened charts", () => {
    it("names in each row a test that exists", () => {
        const rows = comparison();
        assert.ok(rows.length > 20);
        for (const { name, proof } of rows) {
            for (const part of proof.split(";")) {
                const [, file, title] = /^\s*`([^`]+)`(?:: (.+))?$/.exec(part) ?? assert.fail(`${name}: ${part}`);
                const path = `${file ?? ""}.test.ts`;
                assert.ok(existsSync(path), `${name}: there is no ${path}`);
                // Some titles are composed: `refuse ${what}`.
                const text = readFileSync(path, "utf8");
                const found = [title ?? "", title?.replace(/^refuse /, "") ?? ""].some((part) => text.includes(part));
                assert.ok(found, `${name}: ${path} has no "${title ?? ""}"`);
            }
        }
    });

    it("matches or beats in each row", () => {
        const worse = comparison().filter(({ here }) => !/^(match|beat|each)\b/.test(here));
        assert.deepEqual(worse, []);
    });
});
