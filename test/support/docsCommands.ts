import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../project";

/** Root of the project. */

/** A command as a document has it. */
export interface DocumentedCommand {
    /** Document, e.g. `docs/faq.md`. */
    readonly page: string;
    /** The command on one line, for messages. */
    readonly text: string;
    /** Its words, without variables set before it. */
    readonly words: readonly string[];
    /** Whether the command is in a code block; otherwise it is in running text, where it may be only a name. */
    readonly block: boolean;
}

/** Programs whose commands are looked for in running text; those in `sh` blocks are all taken. */
const PROGRAMS = /^(npm|npx|pulumi|kubectl|helm|docker|kind|minikube|git|k3d)$/;

/** Every page for people. */
export function pages(): { path: string; text: string }[] {
    const inFolder = (folder: string) =>
        readdirSync(join(PROJECT_ROOT, folder), { recursive: true, encoding: "utf8" })
            .filter((name) => name.endsWith(".md"))
            .map((name) => `${folder}/${name}`);
    const paths = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "policy/README.md", ...inFolder("docs")];
    return paths.map((path) => ({ path, text: readFileSync(join(PROJECT_ROOT, path), "utf8") }));
}

/** Every command of a page: those in `sh` blocks, and in running text those that begin with a known program. */
export function commandsOf(page: string, text: string): DocumentedCommand[] {
    const blocks = [...text.matchAll(/^( *)```sh\n([^]*?)^\1```/gm)].flatMap((match) => commandLines(match[2] ?? ""));
    const prose = text.replaceAll(/^( *)```[^]*?^\1```/gm, "");
    const inline = [...prose.matchAll(/`([^`\n]+)`/g)]
        .map((match) => (match[1] ?? "").replaceAll("\\|", "|"))
        .filter((code) => code.includes(" ") && PROGRAMS.test(withoutVariables(shellWords(code))[0] ?? ""));
    const commands = (lines: readonly string[], block: boolean) =>
        lines.flatMap((line) => simpleCommands(line).map((words) => ({ page, text: line, words, block })));
    return [...commands(blocks, true), ...commands(inline, false)];
}

/** The first `sh` block after a text of a page; empty where there is none. */
export function blockAfter(text: string, after: string): string {
    const from = text.indexOf(after);
    return from < 0 ? "" : (/^```sh\n([^]*?)^```/m.exec(text.slice(from))?.[1] ?? "");
}

/** Lines of a block, continued ones joined. */
function commandLines(block: string): string[] {
    return block
        .replaceAll(/\\\n\s*/g, "")
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "" && !line.startsWith("#"));
}

/** The commands of a line that `&&`, `||`, `|` or `;` keep apart. */
function simpleCommands(line: string): string[][] {
    const commands: string[][] = [[]];
    for (const word of shellWords(line)) {
        if (/^(&&|\|\||[|;])$/.test(word)) {
            commands.push([]);
        } else {
            commands.at(-1)?.push(word);
        }
    }
    return commands.map(withoutVariables).filter((words) => words.length > 0);
}

/** Words as a shell takes them apart: quotes, comments, operators; redirections are left out. */
export function shellWords(line: string): string[] {
    const token =
        /\s*(?:(#.*$)|(&&|\|\||\|(?=\s)|;)|((?<=\s)[<>]+\s+\S+)|((?:'[^']*'|"[^"]*"|\\.|[^\s'";&\\])+)|(.))/gy;
    return [...line.matchAll(token)].flatMap(([, comment, operator, redirection, word, other]) => {
        if (comment !== undefined || redirection !== undefined) {
            return [];
        }
        return [operator ?? (word ?? other ?? "").replaceAll(/'([^']*)'|"([^"]*)"|\\(.)/g, "$1$2$3")];
    });
}

function withoutVariables(words: readonly string[]): string[] {
    const from = words.findIndex((word) => !/^[A-Z_0-9]+=/.test(word));
    return from < 0 ? [] : words.slice(from);
}
