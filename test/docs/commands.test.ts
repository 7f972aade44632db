import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { localCommand } from "../../local/command";
import { localPaths } from "../../process/paths";
import { run } from "../../process/run";
import { findTool } from "../../tools/find";
import type { ToolName } from "../../tools";
import { PROJECT_ROOT } from "../../project";
import { smokeCommand } from "../../smoke/command";
import { blockAfter, commandsOf, type DocumentedCommand, pages } from "../support/docsCommands";
import { parsedScript } from "../support/parsed";
import { faultOf, x0Fault } from "../support/x0Fault";
import { documentedLines, FOLLOWED, idleRules } from "../support/docsRuns";

const COMMANDS = pages().flatMap(({ path, text }) => commandsOf(path, text));

const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(PROJECT_ROOT, "package.json"), "utf8")));

/** Commands of which only the program is checked, and the reason. */
const NOT_CHECKED: Readonly<Record<string, string>> = {
    docker: "needs a container runtime",
    minikube: "makes machines",
    kind: "needs a container runtime",
    k3d: "needs a container runtime",
    k3s: "needs root",
    sudo: "needs root",
    helm: "names a release of the reader's",
    git: "no command of this project",
    export: "sets a variable",
    mkdir: "makes a folder",
    cd: "changes the folder",
    grep: "filters what another command prints",
    tail: "filters what another command prints",
    amtool: "asks what the reader has opened",
    istioctl: "asks the service mesh of the reader's cluster",
    linkerd: "asks the service mesh of the reader's cluster",
    curl: "needs what the reader has opened",
};

/** Flags that the CLI has and does not list; `test/e2e/drift.ts` uses it. */
const HIDDEN = ["--plan"];

/** Scripts that pass their arguments to mocha. */
const MOCHA = /^(golden|test:\w+)$/;

/** Cache of help texts by command. */
const helps = new Map<string, Promise<string>>();

function help(program: string, args: readonly string[]): Promise<string> {
    const key = [program, ...args].join(" ");
    const known = helps.get(key);
    if (known !== undefined) {
        return known;
    }
    const options = { cwd: PROJECT_ROOT, allowExit: true, timeoutMs: 60_000 } as const;
    const asked = run(program, args, options).then(({ stdout, stderr }) => `${stdout}\n${stderr}`);
    helps.set(key, asked);
    return asked;
}

/** Flags of a command, without values; arguments after `--` belong to another program. */
function flags(words: readonly string[]): string[] {
    const end = words.indexOf("--");
    return (end < 0 ? words : words.slice(0, end))
        .filter((word) => /^--?[a-zA-Z]/.test(word))
        .map((word) => word.replace(/=.*$/, ""));
}

/** Whether a help text lists a flag. */
function lists(text: string, flag: string): boolean {
    const short = /^-[a-zA-Z]$/.test(flag);
    return new RegExp(short ? `(^|[\\s,[(])${flag}[\\s,=\\]]` : `(^|[\\s,[(|])${flag}(?![\\w-])`, "m").test(text);
}

/** What is wrong with commands of one program; each as `page: command: fault`. */
async function faults(
    commands: readonly DocumentedCommand[],
    check: (words: readonly string[]) => Promise<string | undefined>,
): Promise<string[]> {
    const found = await Promise.all(
        commands.map(async ({ page, text, words }) => {
            const fault = await check(words);
            return fault === undefined ? [] : [`${page}: ${text}: ${fault}`];
        }),
    );
    return found.flat();
}

const of = (...programs: string[]) => COMMANDS.filter(({ words }) => programs.includes(words[0] ?? ""));

async function npmFault([, verb = "", ...rest]: readonly string[]): Promise<string | undefined> {
    if (verb !== "run") {
        return ["ci", "test", "install", "pack"].includes(verb) ? undefined : `npm ${verb} is not used here`;
    }
    const [name = "", ...args] = rest.filter((word) => word !== "--silent");
    const script = scripts[name];
    if (args[0] === "-w") {
        return undefined;
    }
    if (script === undefined) {
        return `no npm script ${name}`;
    }
    if (args.length > 0 && args[0] !== "--") {
        return "arguments of a script stand after --";
    }
    const used = flags(args.slice(1));
    if (MOCHA.test(name) || used.length === 0) {
        return undefined;
    }
    const own = SCRIPTS[name];
    if (own !== undefined) {
        return faultOf(() => parsedScript(own(), args.slice(1)));
    }
    const [runner, file = ""] = script.split(" ");
    if (runner !== "tsx" && runner !== "node") {
        return `${name} takes no arguments`;
    }
    const text = await help(process.execPath, [...(runner === "tsx" ? ["--require", "tsx/cjs"] : []), file, "--help"]);
    const unknown = used.filter((flag) => !lists(text, flag));
    return unknown.length === 0 ? undefined : `${name} has no ${unknown.join(", ")}`;
}

/** Words before the first flag: command, subcommands, and perhaps arguments. */
function leading(words: readonly string[]): string[] {
    const end = words.findIndex((word) => word.startsWith("-"));
    return words.slice(0, end < 0 ? undefined : end).filter((word) => /^[a-z-]+$/.test(word));
}

function pulumiFault(pulumi: string) {
    return async ([, ...words]: readonly string[]): Promise<string | undefined> => {
        const text = await help(pulumi, [...leading(words).slice(0, 3), "--help"]);
        const usage = /Usage:\n\s+(pulumi[^\n]*)/.exec(text)?.[1] ?? "";
        const path = (/^pulumi((?: [a-z][\w-]*)*)/.exec(usage)?.[1] ?? "").trim();
        if (path === "" || usage.includes("[command]")) {
            return `no such command: ${usage}`;
        }
        const unknown = flags(words).filter((flag) => !lists(text, flag) && !HIDDEN.includes(flag));
        return unknown.length === 0 ? undefined : `pulumi ${path} has no ${unknown.join(", ")}`;
    };
}

/** Verbs of kubectl that have subcommands. */
const GROUPS = ["create", "set", "rollout", "auth", "config"];

function kubectlFault(kubectl: string) {
    return async ([, ...words]: readonly string[]): Promise<string | undefined> => {
        const globals = await help(kubectl, ["options"]);
        // Global flags can precede the verb, each with its value.
        let at = 0;
        while (words[at]?.startsWith("-") === true) {
            at += words[at]?.includes("=") === true ? 1 : 2;
        }
        const [verb = "", ...subcommands] = leading(words.slice(at)).slice(0, 3);
        const depth = verb === "create" && subcommands[0] === "secret" ? 2 : GROUPS.includes(verb) ? 1 : 0;
        const path = [verb, ...subcommands.slice(0, depth)];
        const text = await help(kubectl, [...path, "--help"]);
        if (!text.includes("Usage:")) {
            return `no such command: ${path.join(" ")}`;
        }
        const unknown = flags(words).filter((flag) => !lists(`${text}\n${globals}`, flag));
        return unknown.length === 0 ? undefined : `kubectl ${path.join(" ")} has no ${unknown.join(", ")}`;
    };
}

/** npm scripts that are commands, by name. */
const SCRIPTS: Readonly<Record<string, () => CommandUnknownOpts>> = {
    local: () => localCommand({ exitCode: 0 }),
    smoke: () => smokeCommand({ exitCode: 0 }, "npm run smoke --"),
};

describe("Commands in the documents", () => {
    const tool = async (name: ToolName) => (await findTool(name, localPaths())).tool?.path;

    it("are found", () => {
        const programs = new Set(COMMANDS.map(({ words }) => words[0]));
        for (const program of ["npm", "pulumi", "kubectl"]) {
            assert.ok(programs.has(program), program);
        }
        assert.ok(COMMANDS.length > 100, `${COMMANDS.length}`);
    });

    it("are of a program that is checked, or that there is a reason not to check", () => {
        const known = ["npm", "npx", "pulumi", "kubectl", ...Object.keys(NOT_CHECKED)];
        const unknown = COMMANDS.filter(({ words }) => !known.includes(words[0] ?? ""));
        assert.deepEqual(
            unknown.map(({ page, text }) => `${page}: ${text}`),
            [],
        );
    });

    it("call npm scripts that exist, with arguments that they take", async function () {
        this.timeout(120_000);
        assert.deepEqual(await faults(of("npm"), npmFault), []);
    });

    it("call x0 with subcommands, options and values of its own definition", async () => {
        assert.ok(of("npx").filter(({ words }) => words[1] === "x0").length > 40);
        assert.deepEqual(await faults(of("npx"), x0Fault), []);
    });

    it("call x0 with nothing that it does not have: such a line would be found", async () => {
        for (const line of [
            "cluster doctor",
            "status --format json",
            "logs --stack dev",
            "spire svid --stack staging",
            "sttaus",
        ]) {
            assert.notEqual(await x0Fault(["npx", "x0", ...line.split(" ")]), undefined, line);
        }
    });

    it("call pulumi with commands and flags that the CLI has", async function () {
        this.timeout(180_000);
        const pulumi = await tool("pulumi");
        if (pulumi === undefined) {
            console.log("        pulumi is neither on PATH nor in the cache; `npm test` gets it");
            this.skip();
        }
        assert.deepEqual(await faults(of("pulumi"), pulumiFault(pulumi)), []);
    });

    it("call kubectl with commands and flags that it has", async function () {
        this.timeout(120_000);
        const kubectl = await tool("kubectl");
        if (kubectl === undefined) {
            console.log("        kubectl is neither on PATH nor in the cache; `npm test` gets it");
            this.skip();
        }
        assert.deepEqual(await faults(of("kubectl"), kubectlFault(kubectl)), []);
    });

    it("never let kubectl or helm look at or change whatever cluster is the current one", () => {
        const unbound = of("kubectl", "helm").filter(
            // The name of a command alone is not a command line; some commands need no cluster.
            ({ words }) =>
                words.length > 2 &&
                !/^(config|template|pull|upgrade)$/.test(words[1] ?? "") &&
                !words.includes(words[0] === "helm" ? "--kube-context" : "--context"),
        );
        assert.deepEqual(
            unbound.map(({ page, text }) => `${page}: ${text}`),
            [],
        );
    });
});

describe("Commands in the documents: how they are run", () => {
    const lines = documentedLines();

    it("is decided for each: run here, run by another test, or not run for a reason", () => {
        assert.deepEqual(
            lines.filter(({ run }) => run === undefined).map(({ page, text }) => `${page}: ${text}`),
            [],
            "add a rule to test/support/docsRuns.ts",
        );
    });

    it("is decided for no line that no document has", () => {
        assert.deepEqual(idleRules(), []);
        for (const [page, after] of Object.values(FOLLOWED)) {
            assert.notEqual(blockAfter(readFileSync(join(PROJECT_ROOT, page), "utf8"), after), "", `${page}: ${after}`);
        }
    });

    it("names tests that exist", () => {
        const files = lines.flatMap(({ run }) =>
            run?.how === "elsewhere" ? (/^test\/\S+\.ts/.exec(run.where) ?? []) : [],
        );
        assert.ok(files.length > 0);
        assert.deepEqual(
            files.filter((file) => !existsSync(join(PROJECT_ROOT, file))),
            [],
        );
    });

    it("is to run it here for most of them", () => {
        const not = lines.filter(({ run }) => run?.how === "never").length;
        assert.ok(not * 8 < lines.length, `${not} of ${lines.length} are never run`);
    });
});
