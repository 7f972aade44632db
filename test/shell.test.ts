import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { hasControlCharacters, printable, shellCommand } from "../shell";

/** The words that a POSIX shell reads from a line. */
function wordsOf(line: string): string[] {
    const output = execFileSync("sh", ["-c", `printf '%s\\0' ${line}`], { encoding: "utf8" });
    return output.split("\0").slice(0, -1);
}

/** Words with all characters that have a special meaning in a shell or terminal; a NUL cannot be part of any word. */
const word = fc
    .string({
        unit: fc.constantFrom(...Array.from("ab1 -'\"$`\\!*?[]{}~#;&|<>()%=\n\t\u001b\u0085\u202eé")),
        maxLength: 8,
    })
    .filter((text) => !text.endsWith("\n"));

describe("Words for a shell", () => {
    it("are read by sh as what was meant", () => {
        fc.assert(
            fc.property(fc.array(word, { minLength: 1, maxLength: 12 }), (words) => {
                assert.deepEqual(wordsOf(shellCommand(...words)), words);
            }),
            { numRuns: 150 },
        );
    });

    it("hold no control character as it is", () => {
        fc.assert(
            fc.property(word, (text) => {
                assert.equal(hasControlCharacters(shellCommand(text)), false);
                assert.equal(hasControlCharacters(printable(text)), false);
            }),
        );
    });

    it("have quotes only where they are needed", () => {
        assert.equal(shellCommand("pulumi", "mesh.image.tag", "it's", ""), "pulumi mesh.image.tag 'it'\\''s' ''");
    });
});
