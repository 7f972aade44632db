import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { run, type RunResult } from "../../../process/run";
import type { Workspace } from "../../../local/workspace";
import { blockAfter } from "../../support/docsCommands";
import { output, paths } from "./embedded";

/** Substitutes for interactive input: confirms prompts, and skips the installation of packages. */
const PERSON = `
set -euo pipefail
pulumi() {
    case "$1 \${2:-}" in
        up* | destroy* | import* | refresh* | "stack rm") command pulumi "$@" --yes --non-interactive --color never ;;
        *) command pulumi "$@" --non-interactive --color never ;;
    esac
}
npm() { if [ "$1" = ci ]; then command npm run --silent build -w policy; else command npm "$@"; fi; }
# A log without what is looked for is no fault.
grep() { command grep "$@" || true; }
`;

/** Options of running a line. */
export interface Typing {
    /** Values of placeholders in the documents, e.g. `POD`. */
    readonly words?: Readonly<Record<string, string>>;
    /** Additional environment variables. */
    readonly env?: NodeJS.ProcessEnv;
    /** Signal that interrupts the line, like Ctrl-C. */
    readonly signal?: AbortSignal;
    /** Called with each line that is printed. */
    readonly onLine?: (line: string) => void;
}

/** Simulates a reader who runs the documented commands, with the tests' cluster and without this user's environment. */
export class Reader {
    /** Variables that earlier lines set. */
    private readonly exported: string[] = [];

    /** @param folder Folder of all files of the reader. */
    constructor(
        private readonly space: Workspace,
        private readonly folder: string,
    ) {
        mkdirSync(join(folder, "home"), { recursive: true });
    }

    /** Runs a block unchanged; exported variables are kept for later blocks. @throws AssertionError if it fails. */
    public async follow(text: string, cwd: string): Promise<RunResult> {
        assert.notEqual(text, "", "the document has no such block");
        const script = this.filledIn(text);
        const result = await this.run(script, cwd);
        assert.equal(result.code, 0, output(result).slice(-3000));
        this.exported.push(...script.split("\n").filter((line) => line.startsWith("export ")));
        return result;
    }

    /** Runs a line, whatever its exit code. */
    public type(line: string, cwd: string, typing: Typing = {}): Promise<RunResult> {
        return this.run(this.filledIn(line, typing.words), cwd, typing);
    }

    /** Clears exported variables. */
    public logOut(): void {
        this.exported.length = 0;
    }

    private filledIn(text: string, words: Typing["words"] = {}): string {
        const filled = Object.entries({ ...words, NAME: this.space.cluster.context }).reduce(
            (known, [word, value]) => known.replaceAll(new RegExp(`(?<![\\w-])${word}(?![\\w|])`, "g"), () => value),
            text,
        );
        return (
            filled
                .replaceAll(/(?<![\w.])\/(tmp|srv)\//g, `${this.folder}/`)
                // The home directory of the user who runs the tests is not changed.
                .replaceAll("pulumi login --local", `pulumi login file://${join(this.folder, "home")}`)
        );
    }

    private run(script: string, cwd: string, { env, signal, onLine }: Omit<Typing, "words"> = {}): Promise<RunResult> {
        const { space } = this;
        const folders = [space.kubectl, space.cli.env.X0TTA6BL4_HELM ?? space.kubectl].map((file) => dirname(file));
        return run("bash", ["-c", `${PERSON}\n${this.exported.join("\n")}\n${script}`], {
            cwd,
            env: {
                ...space.cli.env,
                PATH: [space.cli.env.PATH, ...folders].join(delimiter),
                HOME: join(this.folder, "home"),
                XDG_CACHE_HOME: dirname(paths.cache),
                PULUMI_BACKEND_URL: undefined,
                PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
                ...env,
            },
            allowExit: true,
            timeoutMs: 600_000,
            signal,
            onLine,
            logFile: join(paths.logs, "reader.log"),
        });
    }
}

/** The first block of a page after a text. */
export function documentedBlock([page, after]: readonly [page: string, after: string]): string {
    return blockAfter(readFileSync(join(paths.checkout, page), "utf8"), after);
}
