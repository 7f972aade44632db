import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { CannotRun } from "../errors";
import { PROJECT_ROOT } from "../project";
import { CommandError, lastLines, run, type RunResult } from "../process/run";

/** Timeouts of CLI commands (ms). */
export const TIME_LIMIT_MS = {
    /** A command that only reads or writes the state. */
    state: 60_000,
    /** A command that runs the program without waiting for rollouts. */
    preview: 15 * 60_000,
    /** An update, refresh or destroy, including waits for rollouts. */
    update: 60 * 60_000,
} as const;

/** Errors of the CLI which mean that the stack does not exist, not that it could not be read. */
export const NO_STACK =
    /no stack named|no stack selected|must be set for login|not (currently )?logged in|pulumi login/i;

/** Options of one call; all optional. */
export interface CallOptions {
    /** Longest time (ms); default: that of a command which only reads or writes the state. */
    readonly timeoutMs?: number;
    /** Environment variables on top of the CLI's own. */
    readonly env?: NodeJS.ProcessEnv;
    /** Called with every line of output, as it arrives. */
    readonly onLine?: (line: string) => void;
    /** File that the whole output is appended to. */
    readonly logFile?: string;
    /** Folder to run in; default: that of the CLI. */
    readonly cwd?: string;
}

const whoamiSchema = z.object({ user: z.string().default(""), url: z.string() });

/**
 * The user that the CLI is logged in as, and the URL of the backend, e.g. `file:///home/ann/state`; contains no secret.
 */
type Login = z.infer<typeof whoamiSchema>;

/**
 * Where Node.js 22 and newer keep compiled code, for the program, the policy pack and the stand-ins. They look it up by its
 * content. Older ones ignore it.
 */
const COMPILE_CACHE = { NODE_COMPILE_CACHE: join(PROJECT_ROOT, "node_modules", ".cache", "compiled") };

/** The Pulumi CLI with one environment: backend, passphrase, plugins, kubeconfig. The only place that starts it. */
export class PulumiCli {
    /** Its whole environment. */
    public readonly env: NodeJS.ProcessEnv;

    /**
     * @param executable Path, or `pulumi` for the one on PATH.
     * @param env Its environment; a compile cache that it does not name is that of this checkout.
     * @param cwd Folder with the project file.
     */
    constructor(
        public readonly executable: string,
        env: NodeJS.ProcessEnv,
        public readonly cwd: string,
    ) {
        this.env = { ...COMPILE_CACHE, ...env };
    }

    /**
     * Runs a command without prompts and colors, whatever its exit code.
     * @throws CannotRun when the CLI is not installed; CommandError when it runs into the time limit.
     */
    public async call(args: readonly string[], options: CallOptions = {}): Promise<RunResult> {
        const { timeoutMs = TIME_LIMIT_MS.state, env, onLine, logFile, cwd } = options;
        try {
            return await run(this.executable, [...args, "--non-interactive", "--color", "never"], {
                cwd: cwd ?? this.cwd,
                env: { ...this.env, PULUMI_SKIP_UPDATE_CHECK: "true", ...env },
                timeoutMs,
                onLine,
                logFile,
                allowExit: true,
            });
        } catch (error) {
            throw error instanceof CommandError && error.systemCode === "ENOENT"
                ? new CannotRun("the Pulumi CLI is not on PATH", "install it: https://www.pulumi.com/docs/install/")
                : error;
        }
    }

    /**
     * Runs a command with the terminal of this process: its display, its questions, its Ctrl-C.
     * @returns the exit code.
     */
    public onTerminal(args: readonly string[]): Promise<number> {
        const child = spawn(this.executable, args, { cwd: this.cwd, env: this.env, stdio: "inherit" });
        return new Promise((resolve, reject) => {
            child.once("error", reject);
            child.once("exit", (code, signal) => {
                resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
            });
        });
    }

    /** The login, or the CLI's error when there is none. */
    public async login(): Promise<Login | { readonly failure: string }> {
        const { code, stdout, stderr } = await this.call(["whoami", "--json"]);
        return code === 0 ? whoamiSchema.parse(JSON.parse(stdout)) : { failure: firstLine(stderr) };
    }

    /** Address of the backend; empty when nobody is logged in. */
    public async backendUrl(): Promise<string> {
        const login = await this.login();
        return "url" in login ? login.url : "";
    }
}

/** Folder of a file backend; `undefined` for another kind of backend. */
export function backendFolder(url: string): string | undefined {
    if (!url.startsWith("file://")) {
        return undefined;
    }
    const root = url.startsWith("file:///") ? fileURLToPath(url) : url.slice("file://".length);
    return root.replace(/^~(?=\/|$)/, process.env.HOME ?? "~");
}

/** The first meaningful line of a CLI error, without its `error: `. */
export function firstLine(text: string): string {
    const lines = text.split("\n").map((line) => line.trim());
    return (lines.find((line) => line !== "") ?? "no message").replace(/^error: /, "");
}

/** The report of a failed command: its diagnostics or policy violations, else its last lines and errors. */
export function failureText({ stdout, stderr }: RunResult): string {
    const start = stdout.search(/^(Diagnostics|Policies):/m);
    return (start < 0 ? `${lastLines(stdout)}\n${stderr}` : stdout.slice(start)).trim();
}
