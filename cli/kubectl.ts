import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { constants } from "node:os";
import { kubectlArguments } from "../kube/kubectl";
import type { LocalPaths } from "../process/paths";
import { CommandError, run, type RunResult } from "../process/run";
import { findInCache } from "../tools/find";
import { visibleText } from "../terminal/foreign";
import { executablesOnPath } from "../tools/probe";
import { CannotRun } from "../errors";
import type { Context } from "./command";
import type { Target } from "../engine/target";

/** Timeout of a call (ms), unless it follows or watches. */
const CALL_TIMEOUT_MS = 60_000;

/** kubectl, bound to one cluster and namespace, so that it never uses the current context. */
export class Kubectl {
    private constructor(
        private readonly executable: string,
        private readonly bound: readonly string[],
    ) {}

    /** Finds kubectl on PATH, or the one in the tool cache. @throws CannotRun when there is none. */
    public static async find(
        target: Target,
        namespace: string,
        { paths, env }: Pick<Context, "paths" | "env">,
    ): Promise<Kubectl> {
        const [onPath] = await executablesOnPath("kubectl", env.PATH);
        const executable = onPath ?? (await cached(paths));
        if (executable === undefined) {
            throw new CannotRun("kubectl is not on PATH", "install it: https://kubernetes.io/docs/tasks/tools/");
        }
        return new Kubectl(executable, [...kubectlArguments(target), "--namespace", namespace]);
    }

    /**
     * Runs it to completion.
     * @throws CannotRun with kubectl's error.
     */
    public async call(args: readonly string[]): Promise<string> {
        try {
            const { code, stdout, stderr } = await this.try(args);
            if (code === 0) {
                return stdout;
            }
            throw new CannotRun(`kubectl: ${stderr.trim() || `exit code ${code}`}`, hintFor(stderr));
        } catch (error) {
            throw error instanceof CommandError ? new CannotRun(error.message, "kubectl version") : error;
        }
    }

    /** Runs it to completion, whatever its exit code. */
    public try(args: readonly string[]): Promise<RunResult> {
        return run(this.executable, [...this.bound, ...args], { allowExit: true, timeoutMs: CALL_TIMEOUT_MS });
    }

    /** Starts it in this process's group, so that it receives Ctrl-C from the terminal. */
    public start(args: readonly string[], stdio: StdioOptions): ChildProcess {
        const child = spawn(this.executable, [...this.bound, ...args], { stdio });
        // A broken pipe ends this process immediately; a following kubectl would keep running.
        const kill = () => child.kill();
        process.once("exit", kill);
        child.once("exit", () => process.removeListener("exit", kill));
        return child;
    }
}

/** Prints warnings about a stack's cluster to standard error. */
export function printWarnings(notes: readonly string[]): void {
    for (const note of notes) {
        console.error(`Warning: ${visibleText(note)}`);
    }
}

async function cached(paths: LocalPaths): Promise<string | undefined> {
    return (await findInCache("kubectl", paths))?.path;
}

/** Exit code of a child when it ends; 128 + signal number when a signal ended it. */
export function exitOf(child: ChildProcess): Promise<number> {
    return new Promise((resolve, reject) => {
        child.once("error", reject);
        child.once("exit", (code, signal) => {
            resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
        });
    });
}

/** Hint for an error of kubectl. */
export function hintFor(stderr: string): string {
    if (/forbidden/i.test(stderr)) {
        return "your user lacks this permission: request it from the cluster administrator";
    }
    if (/no (logs|exec|attach|port.?forward)\w* found|command not found on node|kwok/i.test(stderr)) {
        return "the nodes of this cluster are simulated (npm run local): no container runs";
    }
    if (stderr.includes("timed out waiting for the condition")) {
        return "no pod of it is running; see why: npx x0 status";
    }
    return "npx x0 status";
}
