import assert from "node:assert/strict";
import { commandsOf, type DocumentedCommand, pages } from "../support/docsCommands";

/** Pages whose commands are for other projects, with other stacks. */
const OTHER_PROJECTS = ["docs/policy-guide.md"];

/** A command of other projects in a page of this one. */
const OTHER_PROJECT = "node_modules/x0tta6bl4-policy";

/** Commands of the Pulumi CLI that act on the selected stack unless one is named. */
const ON_A_STACK =
    /^(config (set|rm|get|refresh)|up|preview|refresh|destroy|import|cancel|stack (output|export|import))$/;

/** Commands that act on the selected stack; in running text, only those that a reader would paste. */
function unnamed(commands: readonly DocumentedCommand[]): string[] {
    return commands
        .filter(({ words: [program = "", verb = "", noun = ""], block, text }) => {
            const command = ["config", "stack"].includes(verb) ? `${verb} ${noun}` : verb;
            const pasted = block || (verb === "config" && text.includes(" --path "));
            return program === "pulumi" && ON_A_STACK.test(command) && pasted;
        })
        .filter(({ page, text }) => !OTHER_PROJECTS.includes(page) && !text.includes(OTHER_PROJECT))
        .filter(
            ({ words }) => !words.some((word) => word === "--stack" || word === "-s" || word.startsWith("--stack=")),
        )
        .map(({ page, text }) => `${page}: ${text}`);
}

describe("Pulumi commands in the documents", () => {
    it("are found where they leave the stack to the selection", () => {
        const page =
            "Run `pulumi config set --path a 1`.\n```sh\npulumi up\npulumi up --stack prod\npulumi stack ls\n```\n";
        assert.deepEqual(unnamed(commandsOf("p", page)), ["p: pulumi up", "p: pulumi config set --path a 1"]);
    });

    it("name their stack, since a reader may have selected another", () => {
        assert.deepEqual(
            pages().flatMap(({ path, text }) => unnamed(commandsOf(path, text))),
            [],
        );
    });
});
