import assert from "node:assert/strict";
import { commandsOf, shellWords } from "../support/docsCommands";

describe("Commands in the documents: how they are read", () => {
    const words = (text: string) => commandsOf("p", text).map((command) => command.words);

    it("in blocks: continued lines, comments, variables, pipes, quotes", () => {
        const block = "```sh\n# no\nA=1 pulumi up \\\n  --stack s   # yes\necho 'a b' | npm run x && npm ci\n```\n";
        assert.deepEqual(words(block), [
            ["pulumi", "up", "--stack", "s"],
            ["echo", "a b"],
            ["npm", "run", "x"],
            ["npm", "ci"],
        ]);
    });

    it("in running text and tables: only known programs, with arguments", () => {
        assert.deepEqual(words("`npm` `a b` `pulumi up` | `kubectl get x \\| cat` |"), [
            ["pulumi", "up"],
            ["kubectl", "get", "x"],
            ["cat"],
        ]);
    });

    it("without redirections", () => {
        assert.deepEqual(shellWords("npm run x > file 'a>b'"), ["npm", "run", "x", "a>b"]);
    });
});
